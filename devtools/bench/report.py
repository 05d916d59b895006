"""The table that a benchmark ends with."""

from devtools.bench.measure import Outcome, Spread, Verdict, spread
from devtools.steps import table

_HEADING = ["", "time", "ratio", "spread", "queries", "goal", "reached", ""]


def render(outcomes: list[Outcome]) -> str:
    """All measurements as one table, the goals beside what they are about."""
    rows = [_HEADING]
    for outcome in outcomes:
        rows.append([f"{outcome.measurement.title}", *[""] * 7])
        for variant in outcome.measurement.variants:
            verdicts = [found for found in outcome.verdicts() if found.goal.variant == variant.name]
            rows += _variant_rows(outcome, variant.name, verdicts)
    return table(rows)


def failures(outcomes: list[Outcome]) -> list[str]:
    """One line for each goal that was missed."""
    return [
        f"{outcome.measurement.title}, {verdict.goal.variant}: "
        f"{_reached(verdict)}, goal {verdict.goal}"
        for outcome in outcomes
        for verdict in outcome.verdicts()
        if not verdict.met
    ]


def _variant_rows(outcome: Outcome, variant: str, verdicts: list[Verdict]) -> list[list[str]]:
    """The row of a variant, and one more for each further goal."""
    ratio = spread(outcome.ratios(variant))
    queries = outcome.figures(variant, "queries")
    baseline = variant == outcome.baseline
    rows = [
        [
            f"  {variant}",
            _time(spread(outcome.times(variant)).median),
            "" if baseline else _ratio(ratio.median),
            "" if baseline else _range(ratio),
            _count(spread(queries).median) if queries else "",
        ]
    ]
    rows += [[""] * 5 for _verdict in verdicts[1:]]
    for row, verdict in zip(rows, verdicts, strict=False):
        row += [str(verdict.goal), _reached(verdict), "ok" if verdict.met else "MISSED"]
    return [row + [""] * (len(_HEADING) - len(row)) for row in rows]


def _reached(verdict: Verdict) -> str:
    """What was reached of a goal, with its name."""
    figure = verdict.goal.figure
    if figure == "ratio":
        # finer than the goal, so that what barely misses is seen to
        return f"ratio {verdict.value:.3f}"
    return f"{'more queries' if figure == 'queries' else figure} {_count(verdict.value)}"


def _range(found: Spread) -> str:
    """The middle half of the figures.

    >>> _range(Spread(1.0, 0.9, 1.25))
    '0.90 to 1.25'
    """
    return f"{_ratio(found.low)} to {_ratio(found.high)}"


def _ratio(value: float) -> str:
    """A ratio.

    >>> [_ratio(value) for value in (0.0012, 0.123, 1.1, 33.31, 1234.5)]
    ['0.001', '0.12', '1.10', '33.3', '1234']
    """
    digits = 3 if value < 0.1 else 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f}"


def _count(value: float) -> str:
    """A number of something, most often whole.

    >>> [_count(value) for value in (0.0, 20, 1.5)]
    ['0', '20', '1.5']
    """
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def _time(seconds: float) -> str:
    """A time in the unit that suits it.

    >>> [_time(seconds) for seconds in (0.0001234, 0.0456, 12.34, 250)]
    ['0.123 ms', '45.6 ms', '12.3 s', '250 s']
    """
    if seconds >= 1:
        return f"{seconds:.1f} s" if seconds < 100 else f"{seconds:.0f} s"
    milliseconds = 1000 * seconds
    digits = 3 if milliseconds < 1 else 2 if milliseconds < 10 else 1
    return f"{milliseconds:.{digits}f} ms"
