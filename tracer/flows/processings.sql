-- Processings of flow_wanted, in the order of the fields of model.Processing; `error` is what the failing span says.
SELECT
    p.id, p.event, p."group", p.group_known, p.attempt, p.service, p.outcome,
    CASE WHEN p.reason IS NOT NULL THEN flow_error(s.problems, s.status_message, s.error_type) END,
    p.started_ns, p.queue_ns, p.backoff_ns, p.duration_ns, p.trace_id, p.span_id, p.instance, p.batch_size,
    p.host, p.thread, p.attempt_told, p.arrived_ns, p.batch_ns, p.dropped_links
FROM flow_processing AS p
SEMI JOIN flow_wanted USING (id)
LEFT JOIN flow_span AS s ON s.sid = p.reason
ORDER BY p.started_ns, p.event, p."group", p.attempt
