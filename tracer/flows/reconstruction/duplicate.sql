-- The same span delivered twice counts once: the version that ended last stays.
DELETE FROM flow_span
WHERE sid IN (
    SELECT sid
    FROM flow_span
    SEMI JOIN (SELECT trace_id, span_id FROM flow_span GROUP BY ALL HAVING count(*) > 1) AS twice USING (trace_id, span_id)
    QUALIFY row_number() OVER (PARTITION BY trace_id, span_id ORDER BY end_ns DESC, start_ns, hash(flow_span)) > 1
);
