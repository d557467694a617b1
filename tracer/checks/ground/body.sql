-- The hashes of payloads that send spans carry, where a span sent one event only. Out: check_body(event, hash).
CREATE OR REPLACE TEMP TABLE check_body AS
WITH told AS (SELECT trace_id, span_id, hash FROM check_span WHERE sends)
SELECT any_value(e.id) AS event, any_value(t.hash) AS hash
FROM told AS t
JOIN check_event AS e USING (trace_id, span_id)
WHERE t.hash IS NOT NULL
GROUP BY trace_id, span_id
HAVING count(*) = 1;
