-- Attempts that no context of their message's send leads to. `carried`: their span has a context all the same, of something else: a
-- link, a parent in another process or service, or one that is not in the store.
-- Out: doctor_astray(id, carried).
CREATE OR REPLACE TEMP TABLE doctor_astray AS
SELECT
    a.id,
    a.link_count > 0
        OR coalesce(a.flags & 768 = 768, false)
        OR a.parent_span_id IS NOT NULL AND parent.service IS DISTINCT FROM a.service AS carried
FROM doctor_attempt AS a
LEFT JOIN spans AS parent ON parent.trace_id = a.trace_id AND parent.span_id = a.parent_span_id
WHERE NOT a.by_context AND a.batch_size IS NULL;
