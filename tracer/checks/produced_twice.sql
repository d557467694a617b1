-- Events of one topic that have the same message id at different places. Retry and dead-letter topics carry ids on, systems
-- whose ids are offsets or live through retries tell nothing by them, and an event that was sent on is a copy on purpose.
-- An id that is used again after a day is no repetition. Where no span tells the places, and where readers tell several
-- places, of one key, of one send (`disputed`), it is open whether the message stands there twice.
-- Out: the columns of Found, service, mark (what they have in common).
WITH named AS (
    SELECT *
    FROM check_event
    WHERE flow_id_tells(system, message_id)
        AND NOT disputed
        AND (lane IS NOT NULL OR system = 'kafka' AND produced_ns IS NOT NULL)
        AND NOT check_after_failure(topic)
        AND id NOT IN (SELECT event FROM check_sent_on)
),
share AS (SELECT topic, count(*) AS events, count(DISTINCT message_id) AS ids FROM named GROUP BY topic),
repeated AS (
    SELECT n.*
    FROM named AS n
    SEMI JOIN (
        SELECT system, topic, message_id FROM named GROUP BY ALL HAVING count(*) > 1
    ) USING (system, topic, message_id)
),
refused AS (
    -- a send that failed put nothing on the broker, and is often tried again
    SELECT r.id FROM repeated AS r JOIN check_span AS s USING (trace_id, span_id) WHERE r.lane IS NULL AND s.failed
),
again AS (
    SELECT
        *,
        produced_ns - lag(produced_ns) OVER twice AS apart_ns,
        lag(id) OVER twice AS earlier,
        lane IS NOT NULL AND lag(lane) OVER twice IS NOT NULL AS placed
    FROM repeated
    ANTI JOIN refused USING (id)
    WINDOW twice AS (PARTITION BY system, topic, message_id ORDER BY produced_ns, lane, off)
),
cause AS (
    SELECT
        a.topic,
        a.service,
        'message id' AS mark,
        count(DISTINCT a.message_id) AS count,
        min(a.produced_ns) AS first_ns,
        max(a.produced_ns) AS last_ns,
        flatten(list([a.earlier, a.id] ORDER BY a.produced_ns, a.id)) AS evidence,
        CASE
            WHEN h.ids < h.events / 2 THEN 'message ids of this topic repeat as a rule: they do not tell messages apart'
            WHEN NOT a.placed THEN 'no span tells their offsets: two spans may tell of one record'
        END AS doubt
    FROM again AS a
    JOIN share AS h USING (topic)
    JOIN check_scope AS s ON coalesce(a.produced_ns, s.since_ns) BETWEEN s.since_ns AND s.until_ns
    WHERE a.earlier IS NOT NULL AND coalesce(a.apart_ns, 0) < 86_400_000_000_000
    GROUP BY ALL
    UNION ALL
    SELECT
        d.topic,
        d.service,
        'context',
        count(DISTINCT (d.trace_id, d.span_id)),
        min(d.produced_ns),
        max(d.produced_ns),
        list(d.id ORDER BY d.produced_ns, d.id),
        'readers tell several places of one send: its client sent it again, or a copy of its headers was sent'
    FROM (
        FROM check_event
        WHERE disputed
            AND lane IS NOT NULL
            AND key IS NOT NULL
            AND NOT check_after_failure(topic)
            AND id NOT IN (SELECT event FROM check_sent_on)
        QUALIFY count(*) OVER (PARTITION BY topic, trace_id, span_id, key) > 1
    ) AS d
    JOIN check_scope AS s ON d.produced_ns BETWEEN s.since_ns AND s.until_ns
    GROUP BY d.topic, d.service
)
SELECT topic AS subject, NULL::VARCHAR AS "group", *, 0.9::DOUBLE AS confidence
FROM cause
ORDER BY count DESC, topic, service, mark;
