-- Attempts of which only the arrival has a span: what the handler does is not under it, or goes on after it.
-- Out: the columns of Seen.
WITH guessed AS (
    SELECT a.service, a.scope, a.version, count(*) AS effects, count(*) FILTER (e.confidence < 0.9) AS guessed
    FROM doctor_attempt AS a
    JOIN doctor_effect AS e ON e.attempt = a.node
    GROUP BY ALL
)
SELECT
    a.service, a.scope, a.version,
    count(*) FILTER (a.operation = 'receive' AND a.duration_ns IS NULL) AS count,
    count(*) AS total,
    [
        {'answer': 'duration', 'count': count(*) FILTER (a.duration_ns IS NULL), 'total': count(*)},
        {'answer': 'outcome', 'count': count(*) FILTER (a.outcome = 'unknown'), 'total': count(*)},
        {'answer': 'effect', 'count': coalesce(any_value(g.guessed), 0), 'total': coalesce(any_value(g.effects), 0)}
    ] AS effects
FROM doctor_attempt AS a
LEFT JOIN guessed AS g
    ON g.service = a.service AND g.scope IS NOT DISTINCT FROM a.scope AND g.version IS NOT DISTINCT FROM a.version
GROUP BY a.service, a.scope, a.version
HAVING count(*) FILTER (a.operation = 'receive' AND a.duration_ns IS NULL) > 0.5 * count(*);
