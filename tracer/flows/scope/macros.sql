-- Keys of what relates traces to one another, 32 bits: even for a trace, odd for anything else, so that the two never meet.
-- A collision makes a scope larger, never wrong. DuckDB's hash() may change with its version: then the tables are rebuilt.
CREATE OR REPLACE TEMP MACRO scope_trace_key(trace_id) AS CAST(hash(trace_id) >> 33 AS UINTEGER) * 2::UINTEGER;

CREATE OR REPLACE TEMP MACRO scope_place_key(topic, part, off) AS CAST(hash(topic, part, off) >> 33 AS UINTEGER) * 2::UINTEGER + 1::UINTEGER;

CREATE OR REPLACE TEMP MACRO scope_message_key(message_id) AS CAST(hash('m', message_id) >> 33 AS UINTEGER) * 2::UINTEGER + 1::UINTEGER;

-- Arrivals: what consumes. Superset of what the rules call one.
CREATE OR REPLACE TEMP MACRO scope_consumes(kind, operation_type) AS
    kind = 5 OR coalesce(operation_type IN ('receive', 'process'), false);

-- A lane is where guesses go by the order in time. That of a service instance, or of a thread of it, holds its arrivals and the
-- roots that their handling may have begun; that of a topic holds its sends and arrivals.
CREATE OR REPLACE TEMP MACRO scope_instance_lane(service, instance, host, thread) AS
    concat_ws('|', 'instance', service, coalesce(instance, host, ''), coalesce(thread, ''));

CREATE OR REPLACE TEMP MACRO scope_topic_lane(topic) AS 'topic|' || topic;

-- Roots that a handler may have begun. Superset of what the rules call one.
CREATE OR REPLACE TEMP MACRO scope_is_work(kind, operation_type, parent_span_id) AS
    parent_span_id IS NULL AND kind NOT IN (2, 5) AND coalesce(operation_type NOT IN ('receive', 'process', 'settle'), true);

-- The lanes in which a span has a place.
CREATE OR REPLACE TEMP MACRO scope_lanes(kind, operation_type, parent_span_id, service, instance, host, thread, topic) AS list_filter(
    [
        CASE
            WHEN scope_consumes(kind, operation_type) OR scope_is_work(kind, operation_type, parent_span_id)
                THEN scope_instance_lane(service, instance, host, thread)
        END,
        CASE
            WHEN scope_consumes(kind, operation_type) OR kind = 4 OR coalesce(operation_type IN ('send', 'create'), false)
                THEN scope_topic_lane(topic)
        END
    ],
    lambda lane: lane IS NOT NULL
);
