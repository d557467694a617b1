-- Events that a failed attempt sent on, to be tried again or as dead letters, each with the likeliest attempt; a guess
-- under 0.5 is none. Out: check_sent_on(event, topic, kind, source, attempt, group, confidence).
CREATE OR REPLACE TEMP TABLE check_sent_on AS
SELECT x."to" AS event, e.topic, x.kind, a.event AS source, a.id AS attempt, a."group", x.confidence
FROM edges AS x
JOIN check_event AS e ON e.id = x."to"
JOIN check_attempt AS a ON a.id = x."from"
WHERE x.kind IN ('retried', 'dead-lettered') AND x.confidence >= 0.5 AND e.id <> a.event
QUALIFY row_number() OVER (PARTITION BY x."to" ORDER BY x.confidence DESC, a.started_ns, a.id) = 1;
