"""Simulated systems of which spans are missing in one way or another, each in a store of its own.

As a program it looks for false problems in as many as one likes:

    python -m tests.checks.disturbed sampled:0.99:0-200:80 crash:0.1:0-200

Each word is a kind, its argument, the seeds, and how many requests the systems take (as drawn, if not told).
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import NamedTuple

from tests.checks.checking import report_of
from tests.checks.happened import Happened
from tests.flows.simulation import STYLES, Simulation, System, draw_system, simulate_system
from tests.flows.simulation.system import MS, SECOND, Sampling
from tracer.formats.otlp_protobuf import decode


class Disturbed(NamedTuple):
    """A system and what happens to its spans: a `kind` of KINDS, with its argument."""

    kind: str
    argument: str
    seed: int
    requests: int | None = None

    def simulation(self) -> Simulation:
        """Its run. Everything follows from the seed."""
        system = draw_system(Random(self.seed), STYLES, f"s{self.seed}-")
        system = replace(system, requests=self.requests or system.requests)
        return KINDS[self.kind](system, self.argument, Random(self.seed), self.seed)


def false_problems(simulation: Simulation) -> list[str]:
    """What the checks say of it that is not true."""
    if not simulation.requests:
        return []
    report = report_of(decode(simulation.requests, [1] * len(simulation.requests)).spans)
    happened = Happened(simulation)
    return [line for problem in report.problems for line in happened.denies(problem)]


def _as_drawn(system: System, argument: str, random: Random, seed: int) -> Simulation:
    return simulate_system(system)


def _sampled(system: System, argument: str, random: Random, seed: int) -> Simulation:
    """Each service decides by itself; no span tells of it."""
    return simulate_system(replace(system, sampling=Sampling(float(argument), False)))


def _whole_traces(system: System, argument: str, random: Random, seed: int) -> Simulation:
    """Sampled where a trace begins, which all respect."""
    return simulate_system(replace(system, sampling=Sampling(float(argument), True)))


def _one_crashes(system: System, argument: str, random: Random, seed: int) -> Simulation:
    consuming = [n for n, service in enumerate(system.services) if service.inputs]
    return _crashing(system, [consuming[seed % len(consuming)]], float(argument), random, 300 * MS)


def _all_crash(system: System, argument: str, random: Random, seed: int) -> Simulation:
    """`argument`: the share of messages at which they die, and how many seconds of spans each life may lose."""
    share, seconds = argument.split("/")
    consuming = [n for n, service in enumerate(system.services) if service.inputs]
    return _crashing(system, consuming, float(share), random, int(float(seconds) * SECOND))


def _one_dies(system: System, argument: str, random: Random, seed: int) -> Simulation:
    """Sampled as drawn, and with as many spans unsent as a simulated process leaves."""
    consuming = [n for n, service in enumerate(system.services) if service.inputs]
    return simulate_system(_dying(system, [consuming[seed % len(consuming)]], float(argument)))


def _dying(system: System, dying: list[int], share: float) -> System:
    services = list(system.services)
    for n in dying:
        services[n] = replace(services[n], crashes=share, threads=1)
    return replace(system, services=tuple(services))


def _crashing(system: System, dying: list[int], share: float, random: Random, unsent: int) -> Simulation:
    happened = simulate_system(_dying(_whole(system), dying, share))
    for process in dict.fromkeys(made.process for made in happened.tracing.made):
        process.unsent = random.randint(0, unsent)
    return replace(happened, exported=tuple(happened.tracing.exported()))


def _cut(system: System, argument: str, random: Random, seed: int) -> Simulation:
    """Nothing came since a share of all spans had ended."""
    happened = simulate_system(_whole(system))
    since = _moment(happened, argument)
    there = (made for made in happened.exported if made.otlp.end_time_unix_nano < since)
    return replace(happened, exported=tuple(there))


def _held(system: System, argument: str, random: Random, seed: int) -> Simulation:
    return held_back(simulate_system(_whole(system)), random, argument)


def _late(system: System, argument: str, random: Random, seed: int) -> Simulation:
    """The same of a system that is sampled as drawn."""
    return held_back(simulate_system(system), random, argument)


def held_back(happened: Simulation, random: Random, share: str) -> Simulation:
    """The same run where nothing came of one service since a share of all spans had ended."""
    late = random.choice(happened.run.system.services)
    since = _moment(happened, share)
    there = (m for m in happened.exported if m.process.service is not late or m.otlp.end_time_unix_nano < since)
    return replace(happened, exported=tuple(there))


def _lossy(system: System, argument: str, random: Random, seed: int) -> Simulation:
    return simulate_system(_whole(system)).lossy(random, float(argument))


def _whole(system: System) -> System:
    return replace(system, sampling=Sampling(1.0, True))


def _moment(happened: Simulation, share: str) -> int:
    ends = sorted(made.otlp.end_time_unix_nano for made in happened.exported)
    return ends[int(len(ends) * float(share))] if ends else 0


KINDS: dict[str, Callable[[System, str, Random, int], Simulation]] = {
    "drawn": _as_drawn,
    "sampled": _sampled,
    "traces": _whole_traces,
    "crash": _one_crashes,
    "crash-all": _all_crash,
    "dies": _one_dies,
    "held": _held,
    "late": _late,
    "cut": _cut,
    "lossy": _lossy,
}


def _asked(words: list[str]) -> Iterator[Disturbed]:
    for word in words:
        kind, argument, seeds, *requests = word.split(":")
        first, _, last = seeds.partition("-")
        for seed in range(int(first), int(last or first) + 1):
            yield Disturbed(kind, argument, seed, int(requests[0]) if requests else None)


def _looked_at(one: Disturbed) -> tuple[Disturbed, list[str]]:
    return one, false_problems(one.simulation())


def _main() -> None:
    count = wrong = 0
    with multiprocessing.Pool(maxtasksperchild=20) as pool:
        for one, told in pool.imap_unordered(_looked_at, _asked(sys.argv[1:])):
            count += 1
            wrong += bool(told)
            for line in told[:3]:
                print(*one, line, flush=True)
            if count % 100 == 0:
                print(f"{wrong} of {count} so far", file=sys.stderr, flush=True)
    print(f"{wrong} of {count} systems with a false problem")


if __name__ == "__main__":
    _main()
