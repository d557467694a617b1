-- The events that were sent in the period, each with the span that sent it.
-- Out: doctor_sent(event (the hash of its id), service, scope, version, system, topic, off, told_offset, instance, origin_told).
CREATE OR REPLACE TEMP TABLE doctor_sent AS
SELECT
    hash(e.id) AS event,
    e.service,
    e.instance,
    s.scope_name AS scope,
    s.scope_version AS version,
    e.system,
    e.topic,
    e."offset" AS off,
    e.partition,
    s.messaging_kafka_offset AS told_offset,
    s.messaging_origin_topic IS NOT NULL AS origin_told
FROM events AS e
JOIN spans AS s ON s.trace_id = e.trace_id AND s.span_id = e.span_id
WHERE e.service IS NOT NULL AND e.produced_ns BETWEEN $since AND $until;
