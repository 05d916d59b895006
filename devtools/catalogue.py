"""Which tests our add-ons hold, and of what kind, read from their source without running it."""

import ast
from dataclasses import dataclass
from pathlib import Path

from devtools.paths import ROOT

PYTHON, TOURS, HOOT, DOCTESTS, OUTSIDE = KINDS = ("python", "tours", "hoot", "doctests", "outside")


@dataclass(frozen=True)
class Case:
    """One test class of an add-on."""

    module: str
    file: str
    """As Odoo's logger has it: `tests.test_x`."""
    cls: str
    methods: tuple[str, ...]
    tours: frozenset[str]
    """The methods that walk through a tour."""
    hoot: bool
    """Whether the class runs Hoot tests of JavaScript."""

    def kind(self, method: str) -> str:
        """The kind of one of the methods; a set-up that failed is of the class's own."""
        if self.hoot:
            return HOOT
        if method in self.tours or (self.tours and method not in self.methods):
            return TOURS
        return PYTHON


def cases(module: str, root: Path = ROOT) -> list[Case]:
    """All test classes of an add-on."""
    found = []
    for path in sorted((root / module / "tests").rglob("test_*.py")):
        file = ".".join(path.relative_to(root / module).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        found += [case for node in classes if (case := _case(module, file, node)).methods]
    return found


def not_imported(module: str, root: Path = ROOT) -> list[str]:
    """Test files that Odoo would pass over in silence, for tests/__init__.py does not import them."""
    folder = root / module / "tests"
    init = folder / "__init__.py"
    text = init.read_text(encoding="utf-8") if init.exists() else ""
    imported = {
        alias.name.split(".")[-1]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    return [path.name for path in sorted(folder.glob("test_*.py")) if path.stem not in imported]


def _case(module: str, file: str, node: ast.ClassDef) -> Case:
    """What one class says of itself."""
    functions = [item for item in node.body if isinstance(item, ast.FunctionDef)]
    methods = [function for function in functions if function.name.startswith("test")]
    # A helper of the class that starts tours makes tours of the tests that call it.
    starters = {"start_tour"}
    for _ in functions:
        starters |= {function.name for function in functions if _calls(function) & starters}
    return Case(
        module,
        file,
        node.name,
        tuple(method.name for method in methods),
        frozenset(method.name for method in methods if method.name in starters),
        "hoot" in f"{file} {node.name} {' '.join(map(ast.unparse, node.bases))}".lower(),
    )


def _calls(function: ast.FunctionDef) -> set[str]:
    """The names of the methods that a function calls."""
    return {
        node.func.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def tags(found: list[Case], pattern: str) -> list[str]:
    """Odoo's test tags for all tests whose file, class or method has `pattern` in its name."""
    wanted = pattern.lower()
    chosen = []
    for case in found:
        prefix = f"/{case.module}:{case.cls}"
        if wanted in f"{case.module}/{case.file.replace('.', '/')}.py {case.cls}".lower():
            chosen.append(prefix)
        else:
            chosen += [f"{prefix}.{method}" for method in case.methods if wanted in method.lower()]
    return chosen
