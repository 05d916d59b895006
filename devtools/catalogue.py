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
    classes = []
    for path in sorted((root / module / "tests").rglob("*.py")):
        file = ".".join(path.relative_to(root / module).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        classes += [(file, node) for node in tree.body if isinstance(node, ast.ClassDef)]
    starters = _starters([function for _file, node in classes for function in _functions(node)])
    found = [_case(module, file, node, starters) for file, node in classes]
    return [
        case for case in found if case.methods and case.file.rpartition(".")[2].startswith("test_")
    ]


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


def _case(module: str, file: str, node: ast.ClassDef, starters: set[str]) -> Case:
    """What one class says of itself."""
    methods = [function for function in _functions(node) if function.name.startswith("test")]
    return Case(
        module,
        file,
        node.name,
        tuple(method.name for method in methods),
        frozenset(method.name for method in methods if _calls(method) & starters),
        "hoot" in f"{file} {node.name} {' '.join(map(ast.unparse, node.bases))}".lower(),
    )


def _starters(functions: list[ast.FunctionDef]) -> set[str]:
    """The names of the functions that start a tour: Odoo's own, and helpers that call one of them."""
    found = {"start_tour"}
    helpers = [function for function in functions if not function.name.startswith("test")]
    while more := {helper.name for helper in helpers if _calls(helper) & found} - found:
        found |= more
    return found


def _functions(node: ast.ClassDef) -> list[ast.FunctionDef]:
    """The methods that a class itself defines."""
    return [item for item in node.body if isinstance(item, ast.FunctionDef)]


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
