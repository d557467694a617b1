-- Topics that groups read, and of which nobody handled any event that was sent since, ten at least, over longer than ten
-- grace periods. A topic that nobody ever read, a retry or a dead-letter topic is none. Less sure where the services of its
-- groups sent no span at all since: they may be down, or their telemetry cut off. Out: the columns of Found, groups, silent.
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
    HAVING count(*) >= 10
),
reader AS (
    -- the last sign of life of the services that read it
    SELECT r.topic, max(a.last_ns) AS alive_ns, bool_or(service IN (FROM check_sampled)) AS sampled
    FROM check_reader AS r
    JOIN (
        SELECT service, max(end_ns) AS last_ns
        FROM spans
        WHERE service IN (SELECT r.service FROM check_reader AS r SEMI JOIN since USING (topic))
        GROUP BY service
    ) AS a USING (service)
    GROUP BY r.topic
)
SELECT
    s.topic AS subject,
    NULL::VARCHAR AS "group",
    s.*,
    l.groups,
    a.alive_ns <= l.read_ns + check_grace() AS silent,
    CASE WHEN silent THEN 0.7 ELSE 0.9 END::DOUBLE AS confidence,
    CASE
        WHEN a.sampled THEN 'spans of its readers tell of sampling: those of what they read since may be among the missing'
        WHEN g.sendless > 0 THEN g.sendless || ' events of the topic have no send that spans tell: spans are missing'
        WHEN h.handled < 10 THEN 'only ' || h.handled || ' events of it were ever read'
    END AS doubt
FROM since AS s
JOIN last_read AS l USING (topic)
JOIN check_sign AS g USING (topic)
JOIN (SELECT topic, count(DISTINCT event) AS handled FROM check_handled SEMI JOIN since USING (topic) GROUP BY topic) AS h USING (topic)
JOIN reader AS a USING (topic)
WHERE s.last_ns - l.read_ns > 10 * check_grace()
ORDER BY count DESC, topic;
