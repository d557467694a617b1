-- Processings that are wanted, in the order of the fields of model.Processing.
SELECT
    p.id, p.event, p."group", p.group_known, p.attempt, p.service, p.outcome,
    p.error,
    p.started_ns, p.queue_ns, p.backoff_ns, p.duration_ns, p.trace_id, p.span_id, p.instance, p.batch_size,
    p.host, p.thread, p.attempt_told, p.arrived_ns, p.batch_ns, p.dropped_links, p.outcome_confidence
FROM wanted_processing AS p
ORDER BY p.started_ns, p.event, p."group", p.attempt
