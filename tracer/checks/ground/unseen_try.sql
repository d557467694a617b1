-- Why a try that went well may be missing between or after the failures that are known of an event (`check_tried`). Where
-- the last of few is a retry on its way, it may have gone well without a span. Whose retry it was is open where only the
-- moment tells, and the instance had begun another meanwhile, or not all spans came; whose failure it was, where that is a
-- guess among several. What was given up and came again did so after a crash, which may have taken the span of one that
-- went well; so may a sampler have, or what loses spans, where attempts are of several traces.
-- Out: check_unseen_try(event, group, reason).
CREATE OR REPLACE TEMP TABLE check_unseen_try AS
WITH sent_on AS (
    SELECT f.event, f."group", s.kind, s.event AS sent, s.attempt, s.confidence
    FROM check_sent_on AS s
    LEFT JOIN check_chain AS c ON c.event = s.source AND c."group" = s."group"
    JOIN check_tried AS f ON f.event = coalesce(c.origin, s.source) AND f."group" = s."group"
),
step AS (
    SELECT s.event, s."group", a.id, a.instance, x.produced_ns
    FROM sent_on AS s
    JOIN check_attempt AS a ON a.id = s.attempt
    JOIN check_event AS x ON x.id = s.sent
    WHERE s.confidence < 0.9
        AND s.sent NOT IN (SELECT event FROM check_effect WHERE method = 'headers')
        AND (s.kind = 'dead-lettered' OR s.sent IN (SELECT event FROM check_attempt))
),
lacking AS (SELECT r."group" FROM check_reader AS r JOIN check_sign AS g USING (topic) WHERE g.sendless > 0),
guessed AS (
    SELECT DISTINCT s.event, s."group"
    FROM step AS s
    ASOF JOIN (FROM check_attempt WHERE instance IN (SELECT instance FROM step)) AS b
        ON b.instance = s.instance AND b.started_ns <= s.produced_ns
    WHERE b.id <> s.id OR s."group" IN (FROM lacking)
),
unsure AS (
    -- whose failure it was, or whose retry, is a guess that is less sure than guesses can be
    SELECT f.event, f."group"
    FROM (
        SELECT event, "group", event AS tried FROM check_tried
        UNION ALL
        SELECT c.origin, c."group", c.event FROM check_chain AS c
        SEMI JOIN check_tried AS t ON t.event = c.origin AND t."group" = c."group"
    ) AS f
    JOIN check_attempt AS a ON a.event = f.tried AND a."group" = f."group"
    WHERE a.outcome = 'error' AND a.sure < 0.89
    UNION
    SELECT s.event, s."group"
    FROM sent_on AS s
    JOIN check_effect AS e ON e.event = s.sent AND e.attempt = s.attempt
    WHERE s.kind = 'dead-lettered' OR s.sent IN (SELECT event FROM check_attempt)
    GROUP BY s.event, s."group", s.sent
    HAVING max(e.confidence) < 0.89 AND NOT bool_or(e.method = 'headers')
),
usual AS (
    -- how often a group tries what fails before it gives up
    SELECT topic, "group", mode(attempts) FILTER (passed = 0) AS attempts
    FROM check_delivery
    SEMI JOIN check_tried USING (topic, "group")
    GROUP BY ALL
),
begun AS (
    SELECT id, "group", instance, started_ns, lead(started_ns) OVER (PARTITION BY instance ORDER BY started_ns, id) AS next_ns
    FROM check_attempt
    WHERE "group" IN (SELECT "group" FROM check_tried)
),
again AS (
    -- attempts behind another, and how long after it
    SELECT
        event, "group", instance, started_ns,
        started_ns - lag(started_ns) OVER (PARTITION BY event, "group" ORDER BY started_ns, id) AS after_ns
    FROM check_attempt
    SEMI JOIN (SELECT event, "group" FROM check_attempt WHERE attempt > 1) USING (event, "group")
    WHERE "group" IN (SELECT "group" FROM check_tried)
),
waited AS (
    -- those of which an instance came to the next attempt far later than is usual
    SELECT a.*
    FROM again AS a
    JOIN (SELECT "group", quantile_disc(after_ns, 0.5) AS after_ns FROM again GROUP BY "group") AS u USING ("group")
    SEMI JOIN check_tried AS t ON t.event = a.event AND t."group" = a."group"
    WHERE a.after_ns > greatest(1_000_000_000, 5 * u.after_ns)
),
silent AS (
    -- an instance fell silent while they were tried, or its last failure is the last that is known of an instance before it fell
    -- silent: a try that went well may have left no span. Of a silence that is usual, only of what was tried less often than
    -- is usual, or waited for it to end, before the first or the next: who is idle takes what comes
    SELECT f.event, f."group"
    FROM check_tried AS f
    JOIN usual AS u USING (topic, "group")
    JOIN begun AS l ON l.id = f.last_attempt
    JOIN check_quiet AS q
        ON q.instance = l.instance AND q.from_ns >= l.started_ns AND q.from_ns < coalesce(l.next_ns, q.from_ns + 1)
    WHERE f.outcome = 'error' AND f.attempts < 10 AND (NOT q.usual OR f.attempts < u.attempts)
    UNION
    SELECT f.event, f."group"
    FROM check_tried AS f
    JOIN (SELECT DISTINCT "group", instance FROM begun) AS m USING ("group")
    JOIN check_quiet AS q
        ON q.instance = m.instance AND NOT q.usual AND q.from_ns BETWEEN coalesce(f.produced_ns, f.first_ns) AND f.last_ns
    WHERE f.attempts < 10
    UNION
    SELECT f.event, f."group"
    FROM check_tried AS f
    JOIN begun AS b ON b."group" = f."group" AND b.started_ns = f.first_ns
    JOIN check_quiet AS q
        ON q.instance = b.instance AND q.to_ns <= f.first_ns
        AND CASE WHEN f.produced_ns IS NULL THEN q.to_ns > f.first_ns - 1_000_000_000 ELSE q.from_ns >= f.produced_ns END
    WHERE f.attempts < 10
    UNION
    SELECT w.event, w."group"
    FROM waited AS w
    JOIN (SELECT DISTINCT "group", instance FROM begun) AS m USING ("group")
    JOIN check_quiet AS q ON q.instance = m.instance AND q.from_ns BETWEEN w.started_ns - w.after_ns AND w.started_ns
    JOIN check_tried AS f ON f.event = w.event AND f."group" = w."group"
    WHERE f.attempts < 10
),
anew AS (
    SELECT event, "group" FROM sent_on WHERE kind = 'dead-lettered' GROUP BY ALL HAVING count(DISTINCT attempt) > 1
),
apart AS (
    SELECT f.event, f."group"
    FROM check_tried AS f
    JOIN check_attempt AS a USING (event, "group")
    WHERE a.service IN (FROM check_sampled) OR f."group" IN (FROM lacking)
    GROUP BY ALL
    HAVING count(DISTINCT a.trace_id) > 1
)
SELECT
    f.event,
    f."group",
    CASE
        WHEN s.event IS NOT NULL THEN 'its attempts are of several traces, and not all were kept: one that went well may be missing'
        WHEN f.outcome = 'retried' AND f.attempts < 10 THEN 'what became of the last retry left no span: it may have gone well'
        WHEN g.event IS NOT NULL THEN 'it handled others when it sent on what was to be retried: whose retry it was is a guess'
        WHEN w.event IS NOT NULL THEN 'whose failures they are is a guess: nothing but their moments tells it'
        WHEN q.event IS NOT NULL THEN 'an instance fell silent before, between or after these tries: another that went well may have left no span'
        WHEN n.event IS NOT NULL THEN 'it gave them up more than once: attempts in between may have left no span'
    END AS reason
FROM check_tried AS f
LEFT JOIN guessed AS g USING (event, "group")
LEFT JOIN unsure AS w USING (event, "group")
LEFT JOIN silent AS q USING (event, "group")
LEFT JOIN anew AS n USING (event, "group")
LEFT JOIN apart AS s USING (event, "group")
WHERE reason IS NOT NULL;
