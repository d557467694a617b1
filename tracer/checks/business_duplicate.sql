-- Events of one topic with the same key and the same payload within ten minutes, of different sends: what the business did
-- twice, perhaps. Retries, dead letters and what `produced-twice` tells are none. Payloads that repeat as a rule (a
-- heartbeat) tell nothing. Out: the columns of Found, service.
WITH told AS (
    SELECT e.*, b.hash
    FROM check_event AS e
    JOIN check_body AS b ON b.event = e.id
    WHERE e.key IS NOT NULL
        AND e.produced_ns IS NOT NULL
        AND NOT check_after_failure(e.topic)
        AND e.id NOT IN (SELECT event FROM check_sent_on)
),
again AS (
    SELECT *, lag(id) OVER twice AS earlier, produced_ns - lag(produced_ns) OVER twice AS apart_ns,
        coalesce(flow_id_tells(system, message_id) AND message_id = lag(message_id) OVER twice, false) AS resent
    FROM told
    WINDOW twice AS (PARTITION BY topic, key, hash ORDER BY produced_ns, id)
),
cause AS (
    SELECT
        a.topic,
        a.service,
        count(*) AS count,
        min(a.produced_ns) AS first_ns,
        max(a.produced_ns) AS last_ns,
        flatten(list([a.earlier, a.id] ORDER BY a.produced_ns, a.id)) AS evidence
    FROM again AS a
    JOIN check_scope AS s ON a.produced_ns BETWEEN s.since_ns AND s.until_ns
    WHERE a.earlier IS NOT NULL AND NOT a.resent AND a.apart_ns < 600_000_000_000
    GROUP BY ALL
),
share AS (SELECT topic, count(*) AS events, count(DISTINCT (key, hash)) AS payloads FROM told GROUP BY topic)
SELECT
    c.topic AS subject,
    NULL::VARCHAR AS "group",
    c.*,
    0.5::DOUBLE AS confidence,
    CASE WHEN h.payloads < h.events / 2 THEN 'payloads of this topic repeat as a rule: that one does again tells nothing' END AS doubt
FROM cause AS c
JOIN share AS h USING (topic)
ORDER BY count DESC, topic, service;
