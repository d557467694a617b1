-- What stands beside the way that led to the asked nodes: the fields of model.Beside. Other groups of an event above, by
-- the outcome of their last attempt; other events that an attempt above caused, with no outcome.
WITH above AS (
    SELECT id FROM flow_seen WHERE depth < 0
    EXCEPT
    SELECT id FROM flow_seen WHERE depth >= 0
),
delivery AS (
    SELECT p.event, p."group", arg_max(p.outcome, p.attempt) AS outcome
    FROM flow_processing AS p
    SEMI JOIN above ON above.id = p.event
    LEFT JOIN (SELECT DISTINCT id FROM flow_seen) AS seen ON seen.id = p.id
    GROUP BY p.event, p."group"
    HAVING count(seen.id) = 0
)
SELECT event, outcome, count(*)
FROM delivery
GROUP BY event, outcome
UNION ALL
SELECT e.source, NULL, count(DISTINCT e.target)
FROM flow_edge AS e
SEMI JOIN above ON above.id = e.source
WHERE e.kind <> 'delivered' AND e.target NOT IN (SELECT id FROM flow_seen)
GROUP BY e.source
ORDER BY ALL
