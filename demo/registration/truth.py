"""The services' own accounts put together: which events there were, who handled them how often, and what caused what.

The shape is that of `tracer graph --format json`, without what only spans can tell; the two can be compared by ids.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, TopicPartition

Headers = dict[tuple[str, int, int], list[tuple[str, bytes]]]
"""The headers of a record, by topic, partition and offset."""


def read_accounts(folder: Path) -> list[dict[str, Any]]:
    """Every line of every service's account."""
    return [json.loads(line) for file in sorted(folder.glob("*.jsonl")) for line in file.read_text().splitlines()]


def read_headers(bootstrap_servers: str, topics: Iterable[str], partitions: int) -> Headers:
    """The headers of every record that the broker has, read without a group. KafkaError when it does not answer."""
    places = [TopicPartition(topic, number) for topic in topics for number in range(partitions)]
    consumer = KafkaConsumer(bootstrap_servers=bootstrap_servers.split(","), enable_auto_commit=False)
    try:
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        wanted = sum(consumer.end_offsets(places).values()) - sum(consumer.beginning_offsets(places).values())
        headers: Headers = {}
        while len(headers) < wanted:
            for records in consumer.poll(timeout_ms=1000).values():
                headers |= {(record.topic, record.partition, record.offset): list(record.headers) for record in records}
        return headers
    finally:
        consumer.close(autocommit=False)


def assemble(accounts: Iterable[Mapping[str, Any]], headers: Headers) -> dict[str, list[dict[str, Any]]]:
    """Events, processings and edges. Attempts are counted here, in the order in which a service tells of them."""
    events, processings, edges = [], [], []
    for line in accounts:
        if line["what"] == "handled":
            processings.append(_processing(line))
            edges.append({"from": processings[-1]["event"], "to": processings[-1]["id"], "kind": "delivered"})
        elif line["what"] == "produced":
            events.append(_event(line, headers))
            cause = line["because"]
            if cause is not None:
                edges.append({"from": _processing_id(cause), "to": events[-1]["id"], "kind": line["kind"]})
    return {"events": events, "processings": processings, "edges": edges}


def _event(line: Mapping[str, Any], headers: Headers) -> dict[str, Any]:
    place = (line["topic"], line["partition"], line["offset"])
    contexts = list(_contexts(headers[place]))
    trace_id, span_id = contexts[-1] if contexts else (None, None)
    return {
        "id": _event_id(line),
        "topic": line["topic"],
        "partition": line["partition"],
        "offset": line["offset"],
        "key": line["key"],
        "service": line["service"],
        "traceId": trace_id,
        "spanId": span_id,
        "contexts": len(contexts),
    }


def _contexts(headers: list[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
    # A client adds its own context at the end, so the last one is the send span's.
    for name, value in headers:
        if name == "traceparent":
            _, trace_id, span_id, _ = value.decode().split("-")
            yield trace_id, span_id


def _processing(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": _processing_id(line),
        "event": _event_id(line),
        "group": line["group"],
        "service": line["service"],
        "attempt": line["attempt"],
        "outcome": line["outcome"],
        "startedUnixNano": line["startedUnixNano"],
        "endedUnixNano": line["endedUnixNano"],
    }


def _event_id(place: Mapping[str, Any]) -> str:
    return f"kafka://{place['topic']}/{place['partition']}/{place['offset']}"


def _processing_id(place: Mapping[str, Any]) -> str:
    return f"{_event_id(place)}#{place['group']}@{place['attempt']}"
