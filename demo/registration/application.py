"""The parts of the registration application: its topics, its services, and the groups they consume in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from kafka.errors import KafkaError

from tracer.errors import SurroundingsError

log = logging.getLogger(__name__)

SERVICES = Path(__file__).parent / "services"
TOPICS = ("user-created", "resource-provisioned", "email-sent", "user-created.crm.dlq")
PARTITIONS = 3


@dataclass(frozen=True, slots=True)
class Consumer:
    """A service that consumes `topics` in the consumer group `group`."""

    service: str
    group: str
    topics: tuple[str, ...]


CONSUMERS = (
    Consumer("email", "email-senders", ("user-created", "resource-provisioned")),
    Consumer("analytics", "usage-analytics", ("user-created",)),
    Consumer("provisioning", "workspace-provisioners", ("user-created",)),
    Consumer("crm", "crm-sync", ("user-created",)),
    Consumer("audit", "audit-trail", ("user-created",)),
)


def script(service: str) -> Path:
    """The program of a service."""
    return SERVICES / f"{service}_service.py"


@contextmanager
def topics(admin: KafkaAdminClient, bootstrap_servers: str, *, keep: bool) -> Iterator[None]:
    """Create the application's topics, and take them and its groups away at the end unless the broker is ours.

    SurroundingsError when one of the topics exists: on somebody's broker only what we made is ours to fill and delete.
    """
    existing = sorted(set(TOPICS) & set(admin.list_topics()))
    if existing:
        raise SurroundingsError(
            f"topic {existing[0]} is already on {bootstrap_servers}", "delete it there, or use another broker"
        )
    admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in TOPICS])
    try:
        admin.wait_for_topics(TOPICS)
        yield
    finally:
        if not keep:
            _remove(admin)


def _remove(admin: KafkaAdminClient) -> None:
    try:
        admin.delete_topics(list(TOPICS))
        admin.delete_groups([consumer.group for consumer in CONSUMERS])
    except KafkaError as error:
        log.warning("the demo's topics or groups could not be deleted from the broker: %s", error)
