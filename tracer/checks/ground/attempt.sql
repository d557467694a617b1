-- The attempts that checks look at, those of the time that is read at events of it, each with what the checks ask of its
-- event. `ended_ns` is when it was done as far as is known, `seen` whether a span shows the handling itself: where only the
-- arrival is told, `ok` says no more than that nothing speaks against it. `kind` is the type of the error.
-- `again`: whether the group got the event several times.
-- Out: check_attempt(id, event, group, group_known, service, instance, attempt, outcome, error, kind, started_ns, ..., and
-- of the event: topic, partition, lane, off, nth, key, produced_ns, sender, sender_instance, disputed).
CREATE OR REPLACE TEMP TABLE check_attempt AS
SELECT
    p.id,
    e.id AS event,
    p."group",
    p.group_known,
    p.service,
    coalesce(p.instance, p.service) AS instance,
    p.thread,
    p.attempt,
    false AS again,
    p.outcome,
    coalesce(p.outcome_confidence, 1) AS sure,
    p.error,
    split_part(p.error, ':', 1) AS kind,
    p.outcome IN ('error', 'retried', 'dead-lettered') AS failed,
    p.started_ns,
    p.started_ns + coalesce(p.duration_ns, p.batch_ns, 0) AS ended_ns,
    coalesce(p.duration_ns, p.batch_ns) IS NOT NULL AS seen,
    p.duration_ns,
    p.queue_ns,
    p.trace_id,
    p.span_id,
    e.topic,
    e.partition,
    e.lane,
    e.off,
    e.nth,
    e.key,
    e.produced_ns,
    e.service AS sender,
    e.instance AS sender_instance,
    e.disputed
FROM flow_processing AS p
-- by the short key of the event's id that rows have, which is nearly always its alone, then by the id itself
JOIN check_event AS e ON e.node = p.node AND starts_with(p.id, e.id || '#')
WHERE p.at_ns BETWEEN $from AND $to;

UPDATE check_attempt AS a
SET again = true
FROM (SELECT DISTINCT event, "group" FROM check_attempt WHERE attempt > 1) AS r
WHERE r.event = a.event AND r."group" = a."group";
