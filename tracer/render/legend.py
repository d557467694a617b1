"""What the signs of a drawn flow mean: those that are in it, so that nobody has to know them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tracer.flows.model import Processing
from tracer.render.marks import SIGN
from tracer.render.rows import UNSEEN, Line
from tracer.render.tree import FlowTree

_Shows = Callable[[Line, FlowTree], bool]


def legend(tree: FlowTree, lines: Sequence[Line], with_bar: Sequence[Line]) -> list[str]:
    """A few words for each sign that is used in these lines, or in the bars beside some of them."""
    told = [meaning for meaning, shows in _BARS if any(shows(line, tree) for line in with_bar)]
    return told + [meaning for meaning, shows in _TEXT if any(shows(line, tree) for line in lines)]


def _attempt(holds: Callable[[Processing], bool]) -> _Shows:
    return lambda line, _: any(holds(attempt) for attempt in line.attempts)


def _only_arrived(attempt: Processing) -> bool:
    return attempt.outcome == "ok" and attempt.duration_ns is None and attempt.batch_ns is None


def _is_retry(line: Line, tree: FlowTree) -> bool:
    return any(attempt.event in tree.retried and attempt.queue_ns is not None for attempt in line.attempts)


def _is_in_queue(line: Line, tree: FlowTree) -> bool:
    return any(attempt.event not in tree.retried and attempt.queue_ns is not None for attempt in line.attempts)


def _has_mark(line: Line, tree: FlowTree) -> bool:
    del tree
    return any(text.startswith(f"  {SIGN}") for text, _ in line.tail)


def _has_guess(line: Line, tree: FlowTree) -> bool:
    del tree
    return any(text.startswith("  guess ") for text, _ in line.tail)


_BARS: tuple[tuple[str, _Shows], ...] = (
    ("◆ produced", lambda line, _: line.event is not None),
    ("░ in queue", _is_in_queue),
    ("▒ in a retry topic", _is_retry),
    ("█ handled", _attempt(lambda attempt: attempt.duration_ns is not None)),
    ("▓ its batch handled", _attempt(lambda attempt: attempt.duration_ns is None and attempt.batch_ns is not None)),
    ("· backoff", _attempt(lambda attempt: attempt.backoff_ns is not None)),
    ("▏ end not known", _attempt(lambda attempt: attempt.duration_ns is None and attempt.batch_ns is None)),
    ("‹ clock skew", _attempt(lambda attempt: attempt.queue_ns is not None and attempt.queue_ns < 0)),
)
_TEXT: tuple[tuple[str, _Shows], ...] = (
    (f"{UNSEEN}: nobody took it, or nobody told", lambda line, _: any(UNSEEN in text for text, _ in line.extra)),
    ("– not told by any span", _attempt(lambda attempt: attempt.duration_ns is None or attempt.queue_ns is None)),
    ("ok without a time: it arrived, nothing shows how it was handled", _attempt(_only_arrived)),
    ("unknown: no span tells how it ended", _attempt(lambda attempt: attempt.outcome == "unknown")),
    ("~ service name, its group is not told", _attempt(lambda attempt: not attempt.group_known)),
    ("guess: nothing proves this step, 1.00 would be certain", _has_guess),
    (f"{SIGN} a problem that shows here", _has_mark),
    ("┄ under 0.50", lambda line, _: "┄" in line.branch),
)
