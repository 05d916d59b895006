"""The pure parts of ./dev bench: choosing, taking turns, judging, and the table."""

import ast
from pathlib import Path

import pytest

from devtools import bench
from devtools.bench import data, measure, report
from devtools.bench.measure import Bench, Database, Goal, Measurement, Outcome, Variant
from devtools.errors import Trouble

BASE, OURS = Variant("without", "a", "save"), Variant("with", "b", "save")


def measurement(*goals, **options):
    return Measurement("Save", (BASE, OURS), goals, **options)


def outcome_of(base, ours, *goals):
    """An outcome with a round for each pair of times, of one run each."""
    outcome = Outcome(measurement(*goals))
    for one, other in zip(base, ours, strict=True):
        outcome.add("without", [{"seconds": one, "queries": 20}])
        outcome.add("with", [{"seconds": other, "queries": 21, "lines": 3}])
    return outcome


# -- statistics ----------------------------------------------------------------------------------


def test_ratios_are_taken_within_each_round():
    # the machine became ten times slower: neither variant did
    outcome = outcome_of([1.0, 10.0, 10.0], [1.1, 11.0, 12.0])
    assert outcome.ratios("with") == pytest.approx([1.1, 1.1, 1.2])


def test_the_quickest_run_of_a_turn_counts():
    outcome = Outcome(measurement())
    outcome.add("without", [{"seconds": 1.0}, {"seconds": 7.0}])
    outcome.add("with", [{"seconds": 9.0}, {"seconds": 2.0}])
    assert outcome.ratios("with") == [2.0]


def test_spread_of_one_figure_is_the_figure():
    assert measure.spread([3.0]) == measure.Spread(3.0, 3.0, 3.0)


# -- goals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("times", "met"), [([1.1, 1.0, 1.05], True), ([1.2, 1.3, 1.0], False)])
def test_a_ratio_is_judged_by_its_median(times, met):
    outcome = outcome_of([1.0] * 3, times, Goal("with", most=1.10))
    assert [verdict.met for verdict in outcome.verdicts()] == [met]


def test_queries_are_judged_by_how_many_more_they_are():
    outcome = outcome_of([1.0], [1.0], Goal("with", "queries", most=0))
    [verdict] = outcome.verdicts()
    assert (verdict.value, verdict.met) == (1, False)


def test_anything_that_was_counted_can_have_a_goal():
    outcome = outcome_of([1.0], [1.0], Goal("with", "lines", least=2))
    assert outcome.verdicts()[0].met


def test_a_goal_for_an_unknown_variant_is_refused():
    with pytest.raises(ValueError, match="which is no variant"):
        measurement(Goal("witch", most=1))


def test_a_variant_on_an_unknown_database_is_refused():
    with pytest.raises(ValueError, match="is no database"):
        Bench("x", (Database("a"),), (measurement(),))


# -- taking turns --------------------------------------------------------------------------------


class Runner:
    """Stands for the workers: notes who ran, and lets a clock go on by a second each time."""

    def __init__(self):
        self.calls = []

    def run(self, variant, first, times):
        self.calls.append((variant.name, first, times))
        return [{"seconds": 1.0}] * times

    def clock(self):
        return float(len(self.calls))


def test_variants_alternate_with_equal_work_and_each_begins_in_turn():
    runner = Runner()
    outcome = measure.interleave(
        measurement(rounds=2, turn=3, warm_up=1), runner.run, clock=lambda: 0.0
    )
    assert runner.calls == [
        ("without", 0, 1), ("with", 0, 1),  # warm-up
        ("without", 1, 3), ("with", 1, 3),
        ("with", 4, 3), ("without", 4, 3),
    ]  # fmt: skip
    assert len(outcome.turns["with"]) == 2


def test_a_slow_measurement_ends_after_the_budget_but_not_before_the_least_rounds(monkeypatch):
    monkeypatch.setattr(measure, "BUDGET", 1.0)
    runner = Runner()
    outcome = measure.interleave(measurement(rounds=50), runner.run, clock=runner.clock)
    assert len(outcome.turns["with"]) == measure.LEAST_ROUNDS


def test_what_is_very_slow_runs_once_a_turn(monkeypatch):
    monkeypatch.setattr(measure, "BUDGET", 1.0)
    runner = Runner()
    measure.interleave(measurement(turn=4, warm_up=1), runner.run, clock=runner.clock)
    assert {times for _name, _first, times in runner.calls} == {1}


# -- the table -----------------------------------------------------------------------------------


def test_the_table_shows_ratio_spread_and_goals():
    goals = Goal("with", most=1.10), Goal("with", "queries", most=0)
    text = report.render([outcome_of([0.02] * 3, [0.024, 0.025, 0.026], *goals)])
    [base] = [line for line in text.splitlines() if line.startswith("  without")]
    ours, more = text.splitlines()[-2:]
    assert base.split() == ["without", "20.0", "ms", "20"]
    assert "25.0 ms  1.25   1.23 to 1.27  21" in ours
    assert ours.split()[-3:] == ["ratio", "1.250", "MISSED"]
    assert more.split() == ["<=", "0", "more", "queries", "1", "MISSED"]


def test_each_missed_goal_is_one_line():
    outcome = outcome_of([1.0], [1.2], Goal("with", most=1.1), Goal("with", most=1.3, own=True))
    assert report.failures([outcome]) == ["Save, with: ratio 1.200, goal <= 1.1"]


# -- choosing ------------------------------------------------------------------------------------


def test_every_file_that_declares_a_benchmark_is_found_and_sound():
    assert "meetings" in bench.names()
    for name in bench.names():
        module = bench.load(name)
        for one in module.BENCH.measurements:
            assert all(callable(getattr(module, variant.function)) for variant in one.variants)
        for database in module.BENCH.databases:
            assert not database.prepare or callable(getattr(module, database.prepare))


def test_an_unknown_benchmark_is_refused_by_name():
    with pytest.raises(Trouble, match=r"no benchmark 'meeting': choose from .*meetings"):
        bench.main(["meeting"])


def test_a_part_of_a_title_that_none_has_is_refused():
    with pytest.raises(Trouble, match="No measurement has 'nothing like it' in its title"):
        bench.main(["meetings", "--only", "nothing like it"])


def test_measurements_are_chosen_with_the_databases_that_they_need():
    chosen = bench.load("meetings").BENCH.only("COUNT the", "small")
    assert [one.title for one in chosen.measurements] == ["Count the incomplete meetings"]
    assert [database.name for database in chosen.databases] == ["with"]


def test_goals_for_another_size_are_left_out():
    goals = Goal("with", most=1.1), Goal("with", most=3, size="large")
    whole = Bench("x", (Database("a"), Database("b")), (measurement(*goals),))
    assert [len(whole.only("", size).measurements[0].goals) for size in ("small", "large")] == [
        1,
        2,
    ]


def test_the_list_names_each_benchmark(capsys):
    assert bench.main(["--list"]) == 0
    assert "meetings     Client meetings" in capsys.readouterr().out


def test_large_is_what_was_agreed():
    assert data.SIZES["large"] == data.Size(1_000_000, 1_000_000, 300_000, 200)


def test_benchmarks_import_nothing_of_odoo_at_their_top():
    folder = Path(bench.__file__).parent
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        imported = [
            name
            for node in tree.body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
        ]
        assert not [name for name in imported if (name or "").split(".")[0] == "odoo"], path
