-- Events on which every attempt of a group failed with one kind of error, three attempts at least, while the group handled
-- others of the topic well; by group, topic and kind. Where most events since the first fail it is the group that is broken
-- (`failing`). Where the last that is known of few attempts is a retry on its way, it may have gone well without a span:
-- open. So it is whose retry it was where only the moment tells, and the instance had begun another meanwhile, or not all
-- spans came. What was given up and came again did so after a crash, which may have taken the span of one that went well; so may
-- a sampler have where attempts are of several traces.
-- Out: the columns of Found, attempts, error, well.
WITH failed AS (
    SELECT d.*
    FROM check_delivery AS d
    JOIN check_scope AS s ON d.last_ns BETWEEN s.since_ns AND s.until_ns
    WHERE d.attempts >= 3 AND d.failed = d.attempts AND d.kinds = 1
),
sent_on AS (
    SELECT f.event, f."group", s.kind, s.event AS sent, s.attempt, s.confidence
    FROM check_sent_on AS s
    LEFT JOIN check_chain AS c ON c.event = s.source AND c."group" = s."group"
    JOIN failed AS f ON f.event = coalesce(c.origin, s.source) AND f."group" = s."group"
),
step AS (
    SELECT s.event, s."group", a.id, a.instance, x.produced_ns
    FROM sent_on AS s
    JOIN check_attempt AS a ON a.id = s.attempt
    JOIN check_event AS x ON x.id = s.sent
    WHERE s.confidence < 0.9
        AND s.sent NOT IN (SELECT target FROM lake.causes WHERE method = 'headers')
        AND (s.kind = 'dead-lettered' OR s.sent IN (SELECT event FROM check_attempt))
),
begun AS (SELECT id, instance, started_ns FROM check_attempt WHERE instance IN (SELECT instance FROM step)),
lacking AS (SELECT r."group" FROM check_reader AS r JOIN check_sign AS g USING (topic) WHERE g.sendless > 0),
guessed AS (
    SELECT DISTINCT s.event, s."group"
    FROM step AS s
    ASOF JOIN begun AS b ON b.instance = s.instance AND b.started_ns <= s.produced_ns
    WHERE b.id <> s.id OR s."group" IN (FROM lacking)
),
anew AS (
    SELECT event, "group" FROM sent_on WHERE kind = 'dead-lettered' GROUP BY ALL HAVING count(DISTINCT attempt) > 1
),
apart AS (
    SELECT f.event, f."group"
    FROM failed AS f
    JOIN check_attempt AS a USING (event, "group")
    WHERE a.service IN (FROM check_sampled)
    GROUP BY ALL
    HAVING count(DISTINCT a.trace_id) > 1
),
bad AS (
    SELECT
        f.*,
        CASE
            WHEN s.event IS NOT NULL THEN 'its attempts are of several traces, and spans tell of sampling: one that went well may be missing'
            WHEN f.outcome = 'retried' AND f.attempts < 10 THEN 'what became of the last retry left no span: it may have gone well'
            WHEN g.event IS NOT NULL THEN 'it handled others when it sent on what was to be retried: whose retry it was is a guess'
            WHEN n.event IS NOT NULL THEN 'it gave them up more than once: attempts in between may have left no span'
        END AS open
    FROM failed AS f
    LEFT JOIN guessed AS g USING (event, "group")
    LEFT JOIN anew AS n USING (event, "group")
    LEFT JOIN apart AS s USING (event, "group")
),
cause AS (
    SELECT
        topic,
        "group",
        coalesce(kind, '') AS kind,
        open,
        count(*) AS count,
        min(first_ns) AS first_ns,
        max(last_ns) AS last_ns,
        list(event ORDER BY first_ns, event) AS evidence,
        sum(attempts)::BIGINT AS attempts,
        mode(error ORDER BY error) AS error,
        bool_and(group_known) AS group_known
    FROM bad
    GROUP BY ALL
),
judged AS (
    SELECT
        c.*,
        count(d.event) FILTER (d.outcome = 'ok') AS well,
        count(d.event) FILTER (d.first_ns >= c.first_ns) AS since
    FROM cause AS c
    LEFT JOIN check_delivery AS d ON d.topic = c.topic AND d."group" = c."group"
    GROUP BY ALL
)
SELECT
    "group" AS subject,
    * EXCLUDE (kind, open, group_known, since),
    CASE WHEN kind = '' THEN 0.7 ELSE 0.95 END::DOUBLE AS confidence,
    CASE
        WHEN well = 0 THEN 'the group handled nothing else of this topic, so that it may be the group that is broken'
        ELSE open
    END AS doubt
FROM judged
WHERE count < 3 OR count <= since / 2
ORDER BY count DESC, topic, "group";
