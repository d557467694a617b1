-- The attempts that began in the period, each with what its span tells, and how its delivery is known.
-- `by_context`: the message's own context, a parent or a link, leads to its send.
-- Attempts, events and the spans above are known by hashes of 64 bits: of millions, their ids would take gigabytes.
-- Out: doctor_attempt(node, event, span, under (its parent), service, scope, version, system, topic, what the span and the event tell,
-- confidence).
CREATE OR REPLACE TEMP TABLE doctor_attempt AS
SELECT
    p.node,
    p.event,
    p.group_known,
    p.service,
    p.instance,
    coalesce(p.host, p.instance) AS place,
    p.outcome,
    p.duration_ns,
    p.queue_ns,
    p.batch_size,
    hash(s.trace_id, s.span_id) AS span,
    CASE WHEN s.parent_span_id IS NOT NULL THEN hash(s.trace_id, s.parent_span_id) END AS under,
    s.scope_name AS scope,
    s.scope_version AS version,
    s.messaging_operation_type AS operation,
    coalesce(s.messaging_system, e.system) AS system,
    s.messaging_kafka_offset AS told_offset,
    s.start_ns,
    s.end_ns,
    e.topic,
    e."offset" AS off,
    e.produced_ns,
    coalesce(e.host, e.instance) AS sender_place,
    coalesce(p.confidence, 0) AS confidence,
    coalesce(p.by_context, false) AS by_context
FROM (
    SELECT
        hash(id) AS node, hash(event) AS event, group_known, service, instance, host, outcome, duration_ns, queue_ns, batch_size,
        trace_id, span_id,
        list_max([x.confidence FOR x IN evidence]) AS confidence,
        list_bool_or([x.method IN ('parent', 'link') FOR x IN evidence]) AS by_context
    FROM flow_processing
    WHERE coalesce(started_ns, $since) BETWEEN $since AND $until
) AS p
JOIN spans AS s ON s.trace_id = p.trace_id AND s.span_id = p.span_id
JOIN events AS e ON hash(e.id) = p.event;
