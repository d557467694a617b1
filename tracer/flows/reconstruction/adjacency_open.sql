-- Attempts of the service instances where handling leaves no span under its consumer span: the instrumentation ends the
-- span before the handler runs, or the handler runs in a pool of threads. Only there roots may be the handler's work.
-- `open`: this attempt's work may be told by roots, until `until_ns` at the latest.
-- Out: flow_open(label, grp, root, service, instance, thread, start_ns, until_ns, trace_id, span_id, key, open).
CREATE OR REPLACE TEMP TABLE flow_open AS
WITH attempt AS (
    SELECT DISTINCT
        m.label,
        m.grp,
        m.root,
        s.service,
        coalesce(s.instance, s.host, '') AS instance,
        coalesce(s.thread, '') AS thread,
        s.start_ns,
        CASE WHEN s.operation = 'receive' THEN greatest(s.start_ns, s.end_ns) + flow_horizon() ELSE s.end_ns END AS until_ns,
        s.trace_id,
        s.span_id,
        e.key,
        inside.sid IS NULL AS open
    FROM flow_member AS m
    JOIN flow_span AS s ON s.sid = m.root
    JOIN flow_event AS e USING (label)
    LEFT JOIN flow_inside AS inside ON inside.sid = m.root
    WHERE s.service IS NOT NULL
)
FROM attempt
SEMI JOIN (SELECT service, instance, thread FROM attempt WHERE open) AS candidate USING (service, instance, thread);
