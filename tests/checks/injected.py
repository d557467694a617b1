"""Simulated systems with one fault each, that its check should find: where spans are whole, with full attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.flows.simulation import Simulation, simulate_system
from tests.flows.simulation.system import MS, SECOND, Failing, Faults, Output, Sampling, Service, System, Topic

WHOLE = Sampling(1.0, True)
_NONE = Faults()


def injected(fault: str, prefix: str, sampling: Sampling = WHOLE) -> Simulation:
    """The run of a system with that fault, or `none`; names begin with `prefix`, the group is called `PREFIXsvc`."""
    return simulate_system(replace(_SYSTEMS[fault](prefix), sampling=sampling))


def _system(
    prefix: str, sender: Faults, reader: Faults, *, requests: int = 200, apart: int = 60, **more: Any
) -> System:
    """Orders that `svc` handles, some ms `apart` at most. `also`: another sender; `mails`: a topic more that it reads.

    `failing` is a policy and a number of attempts; whatever else is said is of the reader.
    """
    orders, bills, mails = (
        Topic(f"{prefix}{name}", n, "c-one") for name, n in (("orders", 2), ("bills", 1), ("mails", 1))
    )
    style = more.pop("style", "telling")
    entry = Service(f"{prefix}api", style, (0,), outputs=(Output(orders),), faults=sender)
    other = Service(f"{prefix}old", style, (0,), outputs=(Output(orders),))
    services = [entry]
    inputs = (orders,)
    if also := more.pop("also", None):
        services.append(replace(other, faults=also))
    if more.pop("mails", False):
        services.append(replace(other, outputs=(Output(mails),)))
        inputs = (orders, mails)
    if failing := more.pop("failing", None):
        retry, dead = Topic(f"{prefix}orders.retry", 1, "c-one"), Topic(f"{prefix}orders.dlq", 1, "c-one")
        poisoned, policy, attempts = failing
        more["failing"] = Failing(poisoned, 0.0, policy, attempts, retry, dead, True)
    name = f"{prefix}svc"
    service = Service(name, style, (0,), inputs, group=name, outputs=(Output(bills),), faults=reader)
    return System((*services, replace(service, **more)), requests, WHOLE, seed=8, apart=apart)


def _with(sender: Faults = _NONE, reader: Faults = _NONE, **more: Any) -> Callable[[str], System]:
    return lambda prefix: _system(prefix, sender, reader, **more)


def _until(*partitions: tuple[int, int], **more: Any) -> Callable[[str], System]:
    """The reader comes no further on these partitions than so many orders."""
    return lambda prefix: _system(
        prefix, _NONE, Faults(until=tuple((f"{prefix}orders", *each) for each in partitions)), **more
    )


_SYSTEMS = {
    "none": _with(),
    "lost": _with(skipped=0.02, requests=300),
    "failing": _with(reader=Faults(outage=(3 * SECOND, 1_000 * SECOND)), failing=(0.0, "skip", 1)),
    "dead-letters": _with(reader=Faults(outage=(3 * SECOND, 4 * SECOND)), failing=(0.0, "dead-letter", 1)),
    "poison": _with(failing=(0.1, "seek", 3)),
    "retry-storm": _with(
        reader=Faults(outage=(300 * SECOND, 330 * SECOND)), failing=(0.0, "seek", 40), requests=300, apart=3_000
    ),
    "stuck": _until((1, 20), apart=2_000),
    "not-consumed": _until((0, 10), (1, 10), apart=4_000),
    "orphan-topic": _until((0, 10), (1, 10), apart=4_000, mails=True),
    "redelivered": _with(redelivered=0.05),
    "produced-twice": _with(Faults(resent=0.03)),
    "business-duplicate": _with(Faults(repeated=0.03)),
    "out-of-order": _with(threads=3, batch=10, style="java-new"),
    "hot-partition": _with(Faults(hot=0.9), Faults(slows=(0, 60 * MS)), requests=300, skews=(0, 0)),
    "slow-group": _with(reader=Faults(slows=(150, 400 * MS)), requests=450, apart=400),
    "broken-propagation": _with(also=Faults(mute=True)),
}
FAULTS = tuple(fault for fault in _SYSTEMS if fault != "none")
"""One for each check."""
