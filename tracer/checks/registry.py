"""The checks in the order in which they report: what is gravest first."""

from __future__ import annotations

from tracer.checks.dead_letters import DEAD_LETTERS
from tracer.checks.failing import FAILING
from tracer.checks.lost import LOST
from tracer.checks.model import Check
from tracer.checks.not_consumed import NOT_CONSUMED
from tracer.checks.poison import POISON
from tracer.checks.redelivered import REDELIVERED

CHECKS: tuple[Check, ...] = (LOST, FAILING, DEAD_LETTERS, POISON, NOT_CONSUMED, REDELIVERED)
