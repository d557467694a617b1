-- Which group reads which topic, and how much of it. `tail` are the last ten events of the topic that had time to be
-- handled, `tail_handled` those of them that the group handled: if all, none of its partitions stands still.
-- Out: check_reader(group, topic, group_known, service, handled, first_ns, last_ns, tail, tail_handled).
CREATE OR REPLACE TEMP TABLE check_reader AS
WITH reads AS (
    SELECT
        "group",
        topic,
        bool_or(group_known) AS group_known,
        min(service) AS service,
        min(started_ns) AS first_ns,
        max(started_ns) AS last_ns
    FROM check_attempt
    GROUP BY "group", topic
),
counted AS (SELECT "group", topic, count(*) AS handled FROM check_handled GROUP BY "group", topic),
newest AS (
    SELECT topic, unnest(min({'ago': -e.produced_ns, 'id': e.id}, 10)).id AS id
    FROM check_event AS e, check_scope AS s
    WHERE e.produced_ns < s.now_ns - check_grace()
    GROUP BY topic
),
tail AS (
    SELECT r."group", r.topic, count(*) AS tail, count(h.event) AS tail_handled
    FROM reads AS r
    JOIN newest AS n USING (topic)
    LEFT JOIN check_handled AS h ON h.event = n.id AND h."group" = r."group"
    GROUP BY r."group", r.topic
)
SELECT r.*, c.handled, coalesce(t.tail, 0) AS tail, coalesce(t.tail_handled, 0) AS tail_handled
FROM reads AS r
JOIN counted AS c USING ("group", topic)
LEFT JOIN tail AS t USING ("group", topic);
