-- Topics to which failed attempts of one group send what they failed on, and nobody sends anything else: three events at least,
-- each of the key of its source; from a topic of retries back into itself as well, which its label tells already. They are
-- for retries where that group reads them, else for dead letters, whatever they are called.
-- Out: check_aside(topic, group, kind).
CREATE OR REPLACE TEMP TABLE check_aside AS
WITH candidate AS (
    -- an event that nobody is known to have caused rules its topic out: few are left to look at closely
    SELECT topic
    FROM check_event
    GROUP BY topic
    HAVING bool_and(id IN (SELECT event FROM check_effect WHERE kind IN ('caused', 'retried')))
),
sent AS (
    SELECT
        e.topic,
        a."group",
        coalesce(
            (x.kind = 'retried' OR a.outcome = 'error' AND o.topic <> e.topic) AND e.key IS NOT DISTINCT FROM o.key, false
        ) AS moved,
        e.id
    FROM check_event AS e
    SEMI JOIN candidate USING (topic)
    LEFT JOIN check_effect AS x ON x.event = e.id AND x.kind IN ('caused', 'retried')
    LEFT JOIN check_attempt AS a ON a.id = x.attempt
    LEFT JOIN check_event AS o ON o.id = a.event
),
aside AS (
    SELECT topic, any_value("group") AS "group"
    FROM sent
    GROUP BY topic
    HAVING count(DISTINCT id) >= 3 AND bool_and(moved) AND count(DISTINCT "group") = 1
)
SELECT s.topic, s."group", CASE WHEN count(a.id) > 0 THEN 'retried' ELSE 'dead-lettered' END AS kind
FROM aside AS s
JOIN check_event AS e USING (topic)
LEFT JOIN check_attempt AS a ON a.event = e.id AND a."group" = s."group"
GROUP BY s.topic, s."group";
