-- Which checks may concern a flow: each asked for less than it asks itself, of the events in check_node (node) alone. What is
-- false here cannot be found of it; where it is true the check itself decides.
-- Out: one row, a column for each check that can be told so.
WITH event AS (
    SELECT e.id, e.topic, e.lane, e.off, e.key, e.message_id
    FROM check_event AS e
    SEMI JOIN (SELECT split_part(node, '#', 1) AS id FROM check_node) USING (id)
),
family AS (
    -- with what was tried again by way of other topics
    SELECT id FROM event
    UNION
    SELECT unnest([c.event, c.origin])
    FROM check_chain AS c
    SEMI JOIN (
        SELECT c.origin FROM check_chain AS c JOIN event AS e ON e.id = c.event UNION SELECT id FROM event
    ) AS o USING (origin)
),
attempt AS (SELECT a.* FROM check_attempt AS a SEMI JOIN family AS f ON f.id = a.event),
told AS (
    SELECT
        coalesce(bool_or(failed), false) AS failed,
        coalesce(bool_or(attempt > 1), false) AS again,
        EXISTS (FROM check_chain AS c SEMI JOIN family AS f ON f.id = c.event) AS chained
    FROM attempt
),
unhandled AS (
    SELECT 1
    FROM event AS e
    JOIN (SELECT DISTINCT "group", topic FROM check_attempt) AS r USING (topic)
    ANTI JOIN attempt AS a ON a.event = e.id AND a."group" = r."group"
    LIMIT 1
),
lane AS (
    SELECT lane, max(off) AS off, count(*) AS events
    FROM check_event
    SEMI JOIN event USING (lane)
    GROUP BY lane
),
behind AS (
    SELECT 1
    FROM (SELECT "group", lane, max(off) AS off FROM check_attempt GROUP BY "group", lane) AS r
    JOIN lane AS l USING (lane)
    WHERE r.off < l.off
    LIMIT 1
),
overtaken AS (
    SELECT 1
    FROM attempt AS a
    JOIN check_attempt AS b
        ON b."group" = a."group" AND b.lane = a.lane AND b.key IS NOT DISTINCT FROM a.key
    WHERE b.off > a.off AND b.started_ns < a.started_ns
    LIMIT 1
),
long AS (
    SELECT a."group"
    FROM check_attempt AS a
    JOIN (
        SELECT "group", min(queue_ns) AS queue_ns
        FROM check_attempt
        SEMI JOIN (SELECT DISTINCT "group" FROM attempt) USING ("group")
        GROUP BY "group"
    ) AS s USING ("group")
    WHERE a.queue_ns - s.queue_ns > 5_000_000_000
    LIMIT 1
),
namesake AS (
    SELECT 1 FROM check_event SEMI JOIN event USING (topic, message_id) GROUP BY topic, message_id HAVING count(*) > 1 LIMIT 1
),
keymate AS (
    SELECT 1 FROM check_event SEMI JOIN event USING (topic, key) GROUP BY topic, key HAVING count(*) > 1 LIMIT 1
)
SELECT
    EXISTS (FROM unhandled) AS lost,
    failed AS failing,
    EXISTS (FROM event WHERE topic IN (FROM check_detour)) OR EXISTS (FROM check_sent_on SEMI JOIN event ON id = event) AS "dead-letters",
    failed AND (again OR chained) AS poison,
    again OR chained AS "retry-storm",
    EXISTS (FROM unhandled) OR EXISTS (FROM behind) AS stuck,
    EXISTS (FROM unhandled) AS "not-consumed",
    EXISTS (FROM unhandled) AS "orphan-topic",
    again AS redelivered,
    EXISTS (FROM namesake) AS "produced-twice",
    EXISTS (FROM keymate) AS "business-duplicate",
    EXISTS (FROM overtaken) AS "out-of-order",
    EXISTS (FROM lane WHERE events >= 100) AS "hot-partition",
    EXISTS (FROM long) AS "slow-group"
FROM told;
