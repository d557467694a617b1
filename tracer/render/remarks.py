"""What is said of a step or an attempt beyond its line: doubts, evidence, failed attempts, batches, what is missing.

Short texts, without layout: the text of a flow puts them under the line, the explorer into its detail. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tracer.flows.gates import SURE, finished_at
from tracer.flows.model import Edge, Event, Evidence, Processing
from tracer.render.cells import Part, clean
from tracer.render.words import UNKNOWN, duration, plural

SHOWN = 6
"""Times of waiting, errors and pieces of evidence that are told one by one."""


def doubt(edge: Edge | None) -> str:
    """`guess 0.33` for a step that nothing proves, empty for one that is sure or that no edge tells."""
    return f"guess {edge.confidence:.2f}" if edge is not None and edge.confidence < SURE else ""


def evidence(edge: Edge) -> list[str]:
    """Every reason to believe an edge, the strongest first: `by link, 1.00, span 00f067aa0ba902b7: 1 of 12`."""
    known = edge.evidence or (Evidence(edge.method, edge.confidence),)
    lines = [_reason(one) for one in known[:SHOWN]]
    return lines if len(known) <= SHOWN else [*lines, f"+{plural(len(known) - SHOWN, 'more reason')}"]


def _reason(one: Evidence) -> str:
    span = f", span {one.span_id}" if one.span_id else ""
    return f"by {one.method}, {one.confidence:.2f}{span}" + (f": {clean(one.detail)}" if one.detail else "")


def of_event(event: Event) -> Iterator[Part]:
    """What is odd about an event."""
    if event.disputed:
        yield "disputed: spans contradict each other about which message this is", "warning"


def of_attempts(attempts: Sequence[Processing], retries: Sequence[Event]) -> Iterator[Part]:
    """Several attempts of one group in a few lines: how many failed, how long it waited between them, the errors."""
    failed = sum(attempt.outcome in {"error", "retried", "dead-lettered"} for attempt in attempts)
    parts = [plural(len(attempts), "attempt"), "all failed" if failed == len(attempts) else f"{failed:,} failed"]
    waits = [duration(wait) for wait in backoffs(attempts)]
    if any(wait != UNKNOWN for wait in waits):
        more = f", … {len(waits)} in all" if len(waits) > SHOWN else ""
        parts.append(f"backoff {', '.join(waits[:SHOWN])}{more}")
    if topics := dict.fromkeys(clean(retry.topic or "a retry topic") for retry in retries):
        parts.append(f"by way of {', '.join(topics)}")
    yield ", ".join(parts), "retried"
    errors = Counter(clean(attempt.error) for attempt in attempts if attempt.error)
    for error, count in list(errors.items())[:SHOWN]:
        yield error + (f" ({count:,} times)" if count > 1 else ""), "error"
    if len(errors) > SHOWN:
        yield f"+{plural(len(errors) - SHOWN, 'more error')}", "dim"
    for attempt in attempts:
        yield from _oddities(attempt, f"attempt {attempt.attempt}: " if not retries else "")
    yield from _missing(attempts[-1], len(attempts))


def of_attempt(attempt: Processing, error_before: str | None, known: int) -> Iterator[Part]:
    """One attempt: its error, unless the one before had the same; what is odd; `known` attempts left spans."""
    if attempt.error and attempt.error != error_before:
        yield clean(attempt.error), "error"
    yield from _oddities(attempt, "")
    yield from _missing(attempt, known)


def backoffs(attempts: Sequence[Processing]) -> list[int | None]:
    """The time between the end of each attempt and the start of the next; None where the spans do not tell it."""
    return [backoff(before, attempt) for before, attempt in pairwise(attempts)]


def backoff(before: Processing, attempt: Processing) -> int | None:
    """The time between the end of an attempt and the start of the next, also where that is in a retry topic."""
    if attempt.backoff_ns is not None:
        return attempt.backoff_ns
    ended = finished_at(before)
    return None if ended is None or attempt.started_at is None else attempt.started_at - ended


def _oddities(attempt: Processing, which: str) -> Iterator[Part]:
    if attempt.queue_ns is not None and attempt.queue_ns < 0:
        yield f"{which}clock skew: started {duration(-attempt.queue_ns)} before it was produced", "warning"
    sure = attempt.outcome_confidence
    if attempt.outcome == "error" and sure is not None and sure < 1:
        yield (
            f"{which}guess {sure:.2f} whose failure this was: the failed span is not under this one",
            "dim",
        )
    if attempt.batch_size is not None and attempt.batch_size > 1:
        took = f" that took {duration(attempt.batch_ns)}" if attempt.batch_ns is not None else ""
        yield f"{which}one of a batch of {attempt.batch_size:,}{took}; its own share is not known", "dim"
    if attempt.dropped_links:
        lost = plural(attempt.dropped_links, "link was", "links were")
        yield f"{which}{lost} dropped from its span: it handled messages that nothing names", "warning"


def _missing(last: Processing, known: int) -> Iterator[Part]:
    if last.attempt_told is not None and last.attempt_told > known:
        gone = plural(last.attempt_told - known, "earlier one")
        yield f"the telemetry calls it attempt {last.attempt_told}: {gone} left no span", "warning"
