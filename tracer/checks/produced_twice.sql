-- Events of one topic that have the same message id at different places. Retry and dead-letter topics carry ids on, systems
-- whose ids are offsets or live through retries tell nothing by them, and an event that was sent on is a copy on purpose.
-- Where the sends are years of ids apart (an id used again after a day) it is no repetition.
-- Out: the columns of Found, service.
WITH named AS (
    SELECT e.*
    FROM check_event AS e
    WHERE flow_id_tells(e.system, e.message_id)
        AND NOT check_after_failure(e.topic)
        AND NOT e.disputed
        AND e.lane IS NOT NULL
        AND e.id NOT IN (SELECT event FROM check_sent_on)
),
again AS (
    SELECT *, produced_ns - lag(produced_ns) OVER twice AS apart_ns, lag(id) OVER twice AS earlier
    FROM named
    WINDOW twice AS (PARTITION BY system, topic, message_id ORDER BY produced_ns, lane, off)
),
cause AS (
    SELECT
        a.topic,
        a.service,
        count(DISTINCT a.message_id) AS count,
        min(a.produced_ns) AS first_ns,
        max(a.produced_ns) AS last_ns,
        flatten(list([a.earlier, a.id] ORDER BY a.produced_ns, a.id)) AS evidence
    FROM again AS a
    JOIN check_scope AS s ON coalesce(a.produced_ns, s.since_ns) BETWEEN s.since_ns AND s.until_ns
    WHERE a.earlier IS NOT NULL AND coalesce(a.apart_ns, 0) < 86_400_000_000_000
    GROUP BY ALL
),
share AS (SELECT topic, count(*) AS events, count(DISTINCT message_id) AS ids FROM named GROUP BY topic)
SELECT
    c.topic AS subject,
    NULL::VARCHAR AS "group",
    c.*,
    0.9::DOUBLE AS confidence,
    CASE
        WHEN h.ids < h.events / 2 THEN 'message ids of this topic repeat as a rule: they do not tell messages apart'
    END AS doubt
FROM cause AS c
JOIN share AS h USING (topic)
ORDER BY count DESC, topic, service;
