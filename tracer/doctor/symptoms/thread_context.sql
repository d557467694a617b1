-- Sends that are likely caused by an attempt whose process span does not hold them: the handler runs in another thread or task,
-- and does not take the span's context there.
-- Out: the columns of Seen.
SELECT
    a.service, a.scope, a.version,
    count(*) FILTER (e.method = 'adjacency') AS count,
    count(*) AS total,
    [{'answer': 'effect', 'count': count(*) FILTER (e.method = 'adjacency'), 'total': count(*)}] AS effects
FROM doctor_effect AS e
JOIN doctor_attempt AS a ON a.node = e.attempt
WHERE a.operation = 'process'
GROUP BY a.service, a.scope, a.version
HAVING count(*) FILTER (e.method = 'adjacency') >= 0.05 * count(*);
