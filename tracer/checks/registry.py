"""The checks in the order in which they report: what is gravest first."""

from __future__ import annotations

from tracer.checks.broken_propagation import BROKEN_PROPAGATION
from tracer.checks.business_duplicate import BUSINESS_DUPLICATE
from tracer.checks.dead_letters import DEAD_LETTERS
from tracer.checks.failing import FAILING
from tracer.checks.hot_partition import HOT_PARTITION
from tracer.checks.lost import LOST
from tracer.checks.model import Check
from tracer.checks.not_consumed import NOT_CONSUMED
from tracer.checks.orphan_topic import ORPHAN_TOPIC
from tracer.checks.out_of_order import OUT_OF_ORDER
from tracer.checks.poison import POISON
from tracer.checks.produced_twice import PRODUCED_TWICE
from tracer.checks.redelivered import REDELIVERED
from tracer.checks.retry_storm import RETRY_STORM
from tracer.checks.slow_group import SLOW_GROUP
from tracer.checks.stuck import STUCK

CHECKS: tuple[Check, ...] = (
    LOST,
    FAILING,
    DEAD_LETTERS,
    POISON,
    RETRY_STORM,
    STUCK,
    NOT_CONSUMED,
    ORPHAN_TOPIC,
    REDELIVERED,
    PRODUCED_TWICE,
    BUSINESS_DUPLICATE,
    OUT_OF_ORDER,
    HOT_PARTITION,
    SLOW_GROUP,
    BROKEN_PROPAGATION,
)
