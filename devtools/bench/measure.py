"""What a benchmark declares, and how its figures are taken and judged.

The variants of a measurement take turns, round by round and each round in another order, so that
whatever else the machine does hits them alike. The time is that for which Odoo and PostgreSQL had a
processor, so that waiting for other programs does not count, or the wall's where processors work
side by side. Within a turn the quickest run counts, for what disturbs a run can only slow it down.
A ratio is taken within each round; what counts is the median over the rounds.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

Sample = Mapping[str, float]
"""What one run of a variant gave: `seconds` by the wall's clock, `work` (seconds of a processor, where
that could be told), `queries`, and whatever else it counted."""

BUDGET = 30.0
"""Seconds after which a measurement goes on only until it has `LEAST_ROUNDS`; one whose warm-up
takes longer than half of it runs each variant once a turn."""

LEAST_ROUNDS = 5


@dataclass(frozen=True)
class Database:
    """A copy of the data that variants run on."""

    name: str
    modules: tuple[str, ...] = ()
    """What is installed on it beyond Odoo's CRM."""
    prepare: str = ""
    """The function of the benchmark that is called once with the session, and may commit."""
    fresh: bool = False
    """Whether its variants change it, so that each run needs a new copy."""


@dataclass(frozen=True)
class Variant:
    """One way to do what is measured."""

    name: str
    database: str
    function: str
    """The function of the benchmark that does it once; it is called with the session and a number."""


@dataclass(frozen=True)
class Goal:
    """What a figure of one variant must reach."""

    variant: str
    figure: str = "ratio"
    """`ratio`: its time, divided by the baseline's; `queries`: how many more than the baseline;
    else the name of something that the variant counts."""
    most: float | None = None
    least: float | None = None
    own: bool = False
    """Whether the benchmark set it for itself; the others were asked for."""
    size: str = ""
    """The size of data that it is for; all unless given."""

    def met_by(self, value: float) -> bool:
        """Whether `value` reaches the goal.

        >>> Goal("with", most=1.1).met_by(1.1), Goal("with", least=5).met_by(4)
        (True, False)
        """
        return (self.most is None or value <= self.most) and (
            self.least is None or value >= self.least
        )

    def __str__(self) -> str:
        bounds = [f"<= {self.most:g}"] if self.most is not None else []
        bounds += [f">= {self.least:g}"] if self.least is not None else []
        return " and ".join(bounds) + (" (own)" if self.own else "")


@dataclass(frozen=True)
class Measurement:
    """Something that is done in several ways, the first of which is the baseline."""

    title: str
    variants: tuple[Variant, ...]
    goals: tuple[Goal, ...] = ()
    rounds: int = 60
    clock: str = "work"
    """Which time counts: `work`, where all samples have it, or `seconds`, by the wall's clock: for
    queries on which PostgreSQL may put several processes."""
    turn: int = 4
    """How often a variant is run in each of its turns."""
    budget: float | None = None
    """Its own instead of `BUDGET`, in seconds."""
    warm_up: int = 3
    """How many runs of each variant go before, and are not counted."""

    def __post_init__(self) -> None:
        names = {variant.name for variant in self.variants}
        for goal in self.goals:
            if goal.variant not in names:
                raise ValueError(f"{self.title}: a goal for {goal.variant!r}, which is no variant")


@dataclass(frozen=True)
class Bench:
    """All that one file of this folder measures."""

    title: str
    databases: tuple[Database, ...]
    measurements: tuple[Measurement, ...]

    def __post_init__(self) -> None:
        names = {database.name for database in self.databases}
        for measurement in self.measurements:
            for variant in measurement.variants:
                if variant.database not in names:
                    raise ValueError(f"{measurement.title}: {variant.database!r} is no database")

    def only(self, part: str, size: str) -> "Bench":
        """The measurements with `part` in their title, with the goals for data of `size`, and the
        databases that those need."""
        chosen = tuple(
            replace(one, goals=tuple(goal for goal in one.goals if goal.size in ("", size)))
            for one in self.measurements
            if part.lower() in one.title.lower()
        )
        needed = {variant.database for one in chosen for variant in one.variants}
        databases = tuple(database for database in self.databases if database.name in needed)
        return Bench(self.title, databases, chosen)


@dataclass(frozen=True)
class Spread:
    """The middle of some figures, and how far they lie apart."""

    median: float
    low: float
    """The first quartile."""
    high: float
    """The third quartile."""


def spread(figures: Sequence[float]) -> Spread:
    """The median of `figures`, at least one, with its quartiles.

    >>> spread([1, 2, 3, 4, 100])
    Spread(median=3, low=2.0, high=4.0)
    """
    middle = statistics.median(figures)
    if len(figures) < 2:
        return Spread(middle, middle, middle)
    low, _middle, high = statistics.quantiles(figures, n=4, method="inclusive")
    return Spread(middle, low, high)


@dataclass
class Verdict:
    """A goal, and what was reached."""

    goal: Goal
    value: float

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.goal.met_by(self.value)


@dataclass
class Outcome:
    """What was measured, by variant and round."""

    measurement: Measurement
    turns: dict[str, list[list[Sample]]] = field(default_factory=dict)

    def add(self, variant: str, samples: list[Sample]) -> None:
        """Keep the samples of one turn."""
        self.turns.setdefault(variant, []).append(samples)

    @property
    def baseline(self) -> str:
        """The name of the variant that the others are compared with."""
        return self.measurement.variants[0].name

    def figures(self, variant: str, name: str = "seconds") -> list[float]:
        """All that was counted under `name`."""
        return [sample[name] for turn in self.turns[variant] for sample in turn if name in sample]

    def ratios(self, variant: str) -> list[float]:
        """The time of a variant divided by the baseline's, for each round."""
        pairs = zip(self.times(variant), self.times(self.baseline), strict=True)
        return [time / base for time, base in pairs]

    def times(self, variant: str) -> list[float]:
        """The time of the quickest run for each round, in seconds."""
        return [min(sample[self.clock] for sample in turn) for turn in self.turns[variant]]

    @property
    def clock(self) -> str:
        """Which time of the samples counts."""
        asked = self.measurement.clock
        samples = [sample for turns in self.turns.values() for turn in turns for sample in turn]
        return asked if all(asked in sample for sample in samples) else "seconds"

    def more_queries(self, variant: str) -> float:
        """How many queries more than the baseline a variant needs."""
        own, base = (self.figures(name, "queries") for name in (variant, self.baseline))
        return statistics.median(own) - statistics.median(base)

    def value(self, goal: Goal) -> float:
        """What was reached of what a goal is about."""
        if goal.figure == "ratio":
            return statistics.median(self.ratios(goal.variant))
        if goal.figure == "queries":
            return self.more_queries(goal.variant)
        return statistics.median(self.figures(goal.variant, goal.figure))

    def verdicts(self) -> list[Verdict]:
        """All goals with what was reached."""
        return [Verdict(goal, self.value(goal)) for goal in self.measurement.goals]


def interleave(
    measurement: Measurement,
    run: Callable[[Variant, int, int], list[Sample]],
    clock: Callable[[], float] = time.monotonic,
) -> Outcome:
    """Let the variants take turns until all rounds are done or the budget is used up.

    :param run: runs a variant, with the number of its first run in the turn and how many there are;
        equal numbers stand for equal work in all variants.
    """
    outcome = Outcome(measurement)
    variants = measurement.variants
    times = measurement.turn
    budget = BUDGET if measurement.budget is None else measurement.budget
    start = clock()
    for number in range(measurement.warm_up):
        for variant in variants:
            run(variant, number, 1)
    if clock() - start > budget / 2:
        times = 1
    start = clock()
    for done in range(measurement.rounds):
        if done >= LEAST_ROUNDS and clock() - start > budget:
            break
        first = measurement.warm_up + done * times
        shift = done % len(variants)
        for variant in variants[shift:] + variants[:shift]:
            outcome.add(variant.name, run(variant, first, times))
    return outcome
