-- Which group reads which topic, and how much of it. `tail` are the last ten events of the topic that had time to be
-- handled, `tail_handled` those of them that the group handled: if all, none of its partitions stands still.
-- `traces` tells how often a sampler decided about them.
-- Out: check_reader(group, topic, group_known, service, handled, traces, first_ns, last_ns, tail, tail_handled).
CREATE OR REPLACE TEMP TABLE check_reader AS
WITH reads AS (
    SELECT
        a."group",
        e.topic,
        bool_or(a.group_known) AS group_known,
        min(a.service) AS service,
        count(DISTINCT a.event) AS handled,
        count(DISTINCT a.trace_id) AS traces,
        min(a.started_ns) AS first_ns,
        max(a.started_ns) AS last_ns
    FROM check_attempt AS a
    JOIN check_event AS e ON e.id = a.event
    GROUP BY a."group", e.topic
),
newest AS (
    SELECT e.id, e.topic
    FROM check_event AS e, check_scope AS s
    WHERE e.produced_ns < s.now_ns - check_grace()
    QUALIFY row_number() OVER (PARTITION BY e.topic ORDER BY e.produced_ns DESC, e.id) <= 10
)
SELECT r.*, count(n.id) AS tail, count(h.event) AS tail_handled
FROM reads AS r
LEFT JOIN newest AS n USING (topic)
LEFT JOIN check_handled AS h ON h.event = n.id AND h."group" = r."group"
GROUP BY ALL;
