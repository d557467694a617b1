-- Contexts that were there and were not read, of three events of a topic and sender at least and of all, or most, of them:
-- `stale`: readers hang on the send of another event, one of another topic, whose header came along and stood first;
-- `dropped`: no group finds a context that the sender wrote, though some of them find those of others;
-- `unread`: other groups find it, and this one finds those of others. A reader that never finds any does not look for it: that
-- is what `doctor` tells, and no problem of the flow. Out: the columns of Found, how, sender, from_topic, others.
WITH unread AS (
    SELECT c.attempt, c.event, c.topic, c.sender, c."group", a.trace_id, a.span_id, a.started_ns
    FROM check_context AS c
    JOIN check_attempt AS a ON a.id = c.attempt
    WHERE NOT c.read
),
named AS (
    -- the context that the span of each of these attempts does have: its parent, or a single link
    SELECT u.attempt, u.topic, s.trace_id, s.parent_span_id AS span_id
    FROM unread AS u
    JOIN check_span AS s ON s.trace_id = u.trace_id AND s.span_id = u.span_id
    UNION ALL
    SELECT u.attempt, u.topic, s.links[1].trace_id, s.links[1].span_id
    FROM unread AS u
    JOIN check_span AS s ON s.trace_id = u.trace_id AND s.span_id = u.span_id
    WHERE len(s.links) = 1
),
stale AS (
    SELECT n.attempt, any_value(other.topic) AS from_topic
    FROM named AS n
    JOIN check_event AS other ON other.trace_id = n.trace_id AND other.span_id = n.span_id
    WHERE other.topic <> n.topic
    GROUP BY n.attempt
),
pair AS (
    SELECT
        c.topic, c.sender, c."group",
        any_value(c.service) AS service,
        count(*) AS handled,
        count(*) FILTER (c.read) AS found,
        count(*) FILTER (s.attempt IS NOT NULL) AS stale,
        mode(s.from_topic ORDER BY s.from_topic) AS from_topic
    FROM check_context AS c
    LEFT JOIN stale AS s USING (attempt)
    GROUP BY c.topic, c.sender, c."group"
),
able AS (SELECT service, sum(found) AS found FROM pair GROUP BY service),
judged AS (
    SELECT
        p.*,
        max(p.found) OVER lane AS others_find,
        bool_or(a.found > p.found) OVER lane AS some_look,
        a.found > 0 AS looks
    FROM pair AS p
    JOIN able AS a USING (service)
    WINDOW lane AS (PARTITION BY p.topic, p.sender)
),
verdict AS (
    SELECT
        *,
        CASE
            WHEN stale >= 3 AND stale > handled / 2 THEN 'stale'
            WHEN handled < 3 OR found > 0 THEN NULL
            WHEN others_find = 0 AND some_look THEN 'dropped'
            WHEN others_find >= 3 AND looks THEN 'unread'
        END AS how
    FROM judged
),
cause AS (
    SELECT
        v.topic,
        CASE WHEN v.how = 'unread' THEN v."group" END AS "group",
        v.sender,
        v.how,
        any_value(v.from_topic) AS from_topic,
        list_sort(list(DISTINCT v."group")) AS groups,
        count(DISTINCT u.event) AS count,
        min(u.started_ns) AS first_ns,
        max(u.started_ns) AS last_ns,
        list(DISTINCT u.attempt ORDER BY u.attempt) AS evidence,
        bool_or(v.service IN (FROM check_sampled)) AS sampled
    FROM verdict AS v
    JOIN unread AS u ON u.topic = v.topic AND u.sender = v.sender AND u."group" = v."group"
    JOIN check_scope AS s ON u.started_ns BETWEEN s.since_ns AND s.until_ns
    WHERE v.how IS NOT NULL
    GROUP BY v.topic, 2, v.sender, v.how
)
SELECT
    coalesce(c."group", c.sender) AS subject,
    c.* EXCLUDE (sampled),
    CASE c.how WHEN 'stale' THEN 0.95 WHEN 'unread' THEN 0.9 ELSE 0.8 END::DOUBLE AS confidence,
    CASE
        WHEN c.sampled THEN 'spans of its readers tell of sampling: those that name the context may be among the missing'
        WHEN g.sendless > 0 THEN g.sendless || ' events of the topic have no send that spans tell: spans are missing'
    END AS doubt
FROM cause AS c
JOIN check_sign AS g USING (topic)
ORDER BY count DESC, topic, sender, "group";
