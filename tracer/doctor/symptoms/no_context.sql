-- Attempts whose span has no context at all: none was in the record, or the client could not read it.
-- Out: the columns of Seen; `where`: topics.
SELECT
    service, scope, version,
    count(*) FILTER (alone) AS count,
    count(*) AS total,
    [
        {'answer': 'sender', 'count': count(*) FILTER (alone AND produced_ns IS NULL), 'total': count(*)},
        {'answer': 'delivery', 'count': count(*) FILTER (alone AND confidence < 0.9), 'total': count(*)}
    ] AS effects,
    list_sort(list(DISTINCT topic) FILTER (alone)) AS "where"
FROM (SELECT a.*, coalesce(NOT carried, false) AS alone FROM doctor_attempt AS a LEFT JOIN doctor_astray AS x USING (node))
GROUP BY service, scope, version
HAVING count(*) FILTER (alone) > 0;
