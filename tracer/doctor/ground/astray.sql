-- Attempts that no context of their message's send leads to. `carried`: their span has a context all the same, of something else: a
-- link, a parent in another process or service, or one that is not in the store. Not of spans of several messages.
-- Out: doctor_astray(node, carried).
CREATE OR REPLACE TEMP TABLE doctor_astray AS
SELECT
    a.node,
    own.link_count > 0
        OR coalesce(own.flags & 768 = 768, false)
        OR a.under IS NOT NULL AND parent.service IS DISTINCT FROM a.service AS carried
FROM doctor_attempt AS a
JOIN spans AS own ON hash(own.trace_id, own.span_id) = a.span
LEFT JOIN spans AS parent ON hash(parent.trace_id, parent.span_id) = a.under
WHERE NOT a.by_context AND (a.batch_size IS NULL OR coalesce(own.link_count, 0) <= 1);
