-- Attempts whose span has a context, but not that of the send of its message: it was read out of a record that was sent on with
-- its old headers, the first of several.
-- Out: the columns of Seen; `where`: topics.
SELECT
    service, scope, version,
    count(*) FILTER (stale) AS count,
    count(*) AS total,
    [
        {'answer': 'sender', 'count': count(*) FILTER (stale AND produced_ns IS NULL), 'total': count(*)},
        {'answer': 'delivery', 'count': count(*) FILTER (stale AND confidence < 0.9), 'total': count(*)}
    ] AS effects,
    list_sort(list(DISTINCT topic) FILTER (stale)) AS "where"
FROM (SELECT a.*, coalesce(carried, false) AS stale FROM doctor_attempt AS a LEFT JOIN doctor_astray AS x USING (node))
GROUP BY service, scope, version
HAVING count(*) FILTER (stale) > 0;
