-- Keys of what relates traces to one another, 32 bits: even for a trace, odd for anything else, so that the two never meet.
-- A collision makes a scope larger, never wrong. DuckDB's hash() may change with its version: then the tables are rebuilt.
CREATE OR REPLACE TEMP MACRO scope_trace_key(trace_id) AS CAST(hash(trace_id) >> 33 AS UINTEGER) * 2::UINTEGER;

CREATE OR REPLACE TEMP MACRO scope_place_key(topic, part, off) AS CAST(hash(topic, part, off) >> 33 AS UINTEGER) * 2::UINTEGER + 1::UINTEGER;

CREATE OR REPLACE TEMP MACRO scope_message_key(message_id) AS CAST(hash('m', message_id) >> 33 AS UINTEGER) * 2::UINTEGER + 1::UINTEGER;

-- The lane of a span: what a service instance, or a thread of it, does one thing after the other. And whether the span may be
-- an arrival, or a root that an arrival's handling may have begun: only these have a place in it.
CREATE OR REPLACE TEMP MACRO scope_lane(service, instance, host, thread) AS
    concat_ws('|', service, coalesce(instance, host, ''), coalesce(thread, ''));

CREATE OR REPLACE TEMP MACRO scope_consumes(kind, operation_type) AS
    kind = 5 OR coalesce(operation_type IN ('receive', 'process'), false);
