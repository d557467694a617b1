-- What attempts sent; a guess under 0.5 is none. Out: check_effect(attempt, event, kind, confidence).
CREATE OR REPLACE TEMP TABLE check_effect AS
SELECT x."from" AS attempt, x."to" AS event, x.kind, x.confidence
FROM edges AS x
WHERE x.kind IN ('caused', 'retried', 'dead-lettered') AND x.confidence >= 0.5;
