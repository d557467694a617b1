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

-- Such attempts by instrumentation: those without any context, or those with the context of something else.
-- Out: the columns of Seen; `where`: topics.
CREATE OR REPLACE TEMP MACRO doctor_astray_by_client(of_something_else) AS TABLE
    SELECT
        service, scope, version,
        count(*) FILTER (shows) AS count,
        count(*) AS total,
        [
            {'answer': 'sender', 'count': count(*) FILTER (shows AND produced_ns IS NULL), 'total': count(*)},
            {'answer': 'delivery', 'count': count(*) FILTER (shows AND confidence < 0.9), 'total': count(*)}
        ] AS effects,
        list_sort(list(DISTINCT topic) FILTER (shows)) AS "where"
    FROM (
        SELECT a.*, coalesce(carried = of_something_else, false) AS shows
        FROM doctor_attempt AS a
        LEFT JOIN doctor_astray AS x USING (node)
    )
    GROUP BY service, scope, version
    HAVING count(*) FILTER (shows) > 0;
