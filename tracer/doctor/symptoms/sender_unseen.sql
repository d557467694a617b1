-- Attempts that carry the context of a send which is not in the store: its service is not traced or sampled it away. A few may
-- have been lost with a process; from one of twenty on they are told.
-- Out: the columns of Seen; `where`: topics.
SELECT
    service, scope, version,
    count(*) FILTER (unseen) AS count,
    count(*) AS total,
    [{'answer': 'sender', 'count': count(*) FILTER (unseen), 'total': count(*)}] AS effects,
    list_sort(list(DISTINCT topic) FILTER (unseen AND topic IS NOT NULL)) AS "where"
FROM (SELECT *, by_context AND produced_ns IS NULL AS unseen FROM doctor_attempt)
GROUP BY service, scope, version
HAVING count(*) FILTER (unseen) >= 0.05 * count(*) AND count(*) FILTER (unseen) > 1;
