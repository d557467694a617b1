-- Topics that groups read, and of which nobody handled any event that was sent since, ten at least, over longer than ten
-- grace periods. A topic that nobody ever read, a retry or a dead-letter topic is none. Out: the columns of Found, groups.
WITH last_read AS (
    SELECT
        topic,
        max(produced_ns) AS sent_ns,
        max(last_ns) AS read_ns,
        list_sort(list(DISTINCT "group")) AS groups
    FROM check_handled
    GROUP BY topic
),
since AS (
    SELECT
        e.topic,
        count(*) AS count,
        min(e.produced_ns) AS first_ns,
        max(e.produced_ns) AS last_ns,
        list(e.id ORDER BY e.produced_ns, e.id) AS evidence
    FROM check_event AS e
    JOIN last_read AS l USING (topic)
    JOIN check_scope AS s ON e.produced_ns BETWEEN s.since_ns AND s.until_ns
    WHERE e.produced_ns > greatest(l.sent_ns, l.read_ns) AND NOT check_after_failure(e.topic)
    GROUP BY e.topic
)
SELECT
    s.topic AS subject,
    NULL::VARCHAR AS "group",
    s.*,
    l.groups,
    0.9::DOUBLE AS confidence,
    CASE
        WHEN g.sendless > 0 THEN g.sendless || ' events of the topic have no send that spans tell: spans are missing'
        WHEN h.handled < 10 THEN 'only ' || h.handled || ' events of it were ever read'
    END AS doubt
FROM since AS s
JOIN last_read AS l USING (topic)
JOIN check_sign AS g USING (topic)
JOIN (SELECT topic, count(DISTINCT event) AS handled FROM check_handled SEMI JOIN since USING (topic) GROUP BY topic) AS h USING (topic)
WHERE s.count >= 10 AND s.last_ns - l.read_ns > 10 * check_grace()
ORDER BY count DESC, topic;
