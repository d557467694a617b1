-- What stands beside the way that led to the asked nodes: the fields of model.Beside. Other groups of an event above, by
-- the outcome of their last attempt; other events that an attempt above caused, with no outcome. Rows are looked for in
-- [$first, $last].
WITH above AS (
    SELECT id, node, event FROM flow_seen WHERE depth < 0
    EXCEPT
    SELECT id, node, event FROM flow_seen WHERE depth >= 0
),
delivery AS (
    SELECT above.id AS event, p.grp, arg_max(p.outcome, p.attempt) AS outcome
    FROM lake.processings AS p
    JOIN above ON above.event AND above.node = p.node AND above.id = split_part(p.id, '#', 1)
    LEFT JOIN (SELECT DISTINCT id FROM flow_seen) AS seen ON seen.id = p.id
    WHERE p.at_ns BETWEEN $first AND $last
    GROUP BY above.id, p.grp
    HAVING count(seen.id) = 0
)
SELECT event, outcome, count(*)
FROM delivery
GROUP BY event, outcome
UNION ALL
SELECT c.source, NULL, count(DISTINCT c.target)
FROM lake.causes AS c
JOIN above ON NOT above.event AND above.node = c.source_node AND above.id = c.source
WHERE c.at_ns BETWEEN $first AND $last AND c.target NOT IN (SELECT id FROM flow_seen)
GROUP BY c.source
ORDER BY ALL
