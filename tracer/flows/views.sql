-- The documented views: the fields of the JSON in snake_case, times as TIMESTAMP_NS and as nanoseconds.
CREATE OR REPLACE TEMP VIEW events AS
SELECT
    id,
    system,
    cluster,
    topic,
    try_cast(part AS INTEGER) AS partition,
    CASE WHEN coordinates IS NOT NULL THEN off END AS "offset",
    key,
    message_id,
    make_timestamp_ns(produced_ns) AS produced_at,
    produced_ns,
    service,
    trace_id,
    span_id,
    make_timestamp_ns(acknowledged_ns) AS acknowledged_at,
    acknowledged_ns,
    instance,
    host,
    disputed
FROM flow_event;

CREATE OR REPLACE TEMP VIEW processings AS
SELECT
    p.id,
    p.event,
    p."group",
    p.group_known,
    p.attempt,
    p.service,
    p.instance,
    p.outcome,
    p.error,
    make_timestamp_ns(p.started_ns) AS started_at,
    p.started_ns,
    p.queue_ns,
    p.backoff_ns,
    p.duration_ns,
    p.batch_size,
    p.trace_id,
    p.span_id,
    p.host,
    p.thread,
    p.attempt_told,
    make_timestamp_ns(p.arrived_ns) AS arrived_at,
    p.arrived_ns,
    p.batch_ns,
    p.dropped_links,
    p.outcome_confidence
FROM flow_processing AS p;

-- Every piece of evidence; "from" and "to" as in the JSON.
CREATE OR REPLACE TEMP VIEW edges AS
SELECT source AS "from", target AS "to", kind, method, confidence, trace_id, span_id, detail
FROM flow_edge;

-- The shape of `problems`, which the checks fill where it is asked for.
CREATE OR REPLACE TEMP VIEW problems AS
SELECT
    CAST(NULL AS VARCHAR) AS "check",
    CAST(NULL AS VARCHAR) AS subject,
    CAST(NULL AS VARCHAR) AS topic,
    CAST(NULL AS VARCHAR) AS "group",
    CAST(NULL AS BIGINT) AS count,
    CAST(NULL AS TIMESTAMP_NS) AS first_at,
    CAST(NULL AS TIMESTAMP_NS) AS last_at,
    CAST(NULL AS VARCHAR) AS message,
    CAST(NULL AS VARCHAR[]) AS evidence,
    CAST(NULL AS DOUBLE) AS confidence
WHERE false;
