"""Examining the services of a store: the relations of `ground`, then each symptom's query on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from tracer.doctor.clients import client_of
from tracer.doctor.model import Diagnosis, Effect, Finding, Instrumentation, Service
from tracer.doctor.remedies import remedy
from tracer.doctor.symptoms import SYMPTOMS, Symptom
from tracer.errors import NotFoundError
from tracer.flows import reconstruction, register_views
from tracer.flows.rules import rules
from tracer.flows.sampling import define_sampling
from tracer.store import Lake
from tracer.store.ducklake import surroundings

GROUND = ("client", "service", "sdk", "attempt", "astray", "sent", "effect")
"""What several symptoms stand on, in the order in which it is made: one .sql file each."""

_LAST = 2**63 - 1


def examine(path: Path, services: Sequence[str] = (), since: int | None = None, until: int | None = None) -> Diagnosis:
    """What the telemetry of these services, or of all, lacks in the store at `path`; `since` and `until` (nanoseconds
    since 1970) narrow the spans that are looked at.

    NotFoundError when a service has no span there, UsageError when it is no store, SurroundingsError when it cannot be
    read.
    """
    lake = Lake.open(path)
    connection = lake.connect()
    try:
        with surroundings(f"cannot read the store {path}"):
            register_views(connection)
            found = examine_services(connection, services, since, until)
            other = lake.rules(connection) not in {None, rules()}
            return Diagnosis(found, lake.uncovered(connection), other)
    finally:
        connection.close()


def examine_services(
    connection: duckdb.DuckDBPyConnection,
    asked: Sequence[str] = (),
    since: int | None = None,
    until: int | None = None,
) -> tuple[Service, ...]:
    """The same of a connection that has the views of `register_views`."""
    reconstruction.define(connection)
    define_sampling(connection)
    period = {"since": 0 if since is None else since, "until": _LAST if until is None else until}
    for name in GROUND:
        sql = (Path(__file__).parent / "ground" / f"{name}.sql").read_text(encoding="utf-8")
        connection.execute(sql, _named(sql, period))
    languages = dict(connection.execute("SELECT service, language FROM doctor_sdk").fetchall())
    spans = dict(connection.execute("SELECT service, spans FROM doctor_service ORDER BY service").fetchall())
    missing = [name for name in asked if name not in spans]
    if missing:
        raise NotFoundError(f"no span of a service {missing[0]}", "`tracer doctor` without a name lists the services")
    findings = _findings(connection, languages, period)
    made_by = _instrumentations(connection, languages)
    return tuple(
        Service(name, count, languages.get(name), tuple(made_by[name]), tuple(findings[name]))
        for name, count in spans.items()
        if not asked or name in asked
    )


def _findings(
    connection: duckdb.DuckDBPyConnection, languages: Mapping[str, str], period: Mapping[str, int]
) -> dict[str, list[Finding]]:
    findings: dict[str, list[Finding]] = defaultdict(list)
    for symptom in SYMPTOMS:
        for seen in _rows(connection, symptom.sql, period):
            finding = _finding(symptom, seen, languages.get(seen["service"]))
            if finding is not None:
                findings[seen["service"]].append(finding)
    return findings


def _finding(symptom: Symptom, seen: Mapping[str, Any], language: str | None) -> Finding | None:
    """None where no answer suffers, and of clients that the symptom does not speak of."""
    by = Instrumentation(client_of(seen["scope"]), seen["scope"], seen["version"], language)
    effects = tuple(Effect(**effect) for effect in seen["effects"] if effect["count"])
    silent = symptom.clients is not None and by.scope is not None and by.client not in symptom.clients
    if silent or not effects:
        return None
    return Finding(
        symptom.name, symptom.told(seen), seen["count"], seen["total"], by, effects, remedy(symptom.name, by)
    )


def _instrumentations(
    connection: duckdb.DuckDBPyConnection, languages: Mapping[str, str]
) -> dict[str, list[Instrumentation]]:
    made_by: dict[str, list[Instrumentation]] = defaultdict(list)
    rows = connection.execute(
        "SELECT service, scope, version FROM doctor_client WHERE messages > 0 ORDER BY ALL"
    ).fetchall()
    for service, scope, version in rows:
        made_by[service].append(Instrumentation(client_of(scope), scope, version, languages.get(service)))
    return made_by


def _named(sql: str, values: Mapping[str, int]) -> dict[str, int]:
    return {key: value for key, value in values.items() if f"${key}" in sql}


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, period: Mapping[str, int]) -> list[dict[str, Any]]:
    result = connection.execute(sql, _named(sql, period))
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
