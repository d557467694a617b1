-- The nearest consumer span above each send, each consumer span and each failed span. UNION ends parents that run in a circle.
-- Out: flow_nearest(sid, consumer).
CREATE OR REPLACE TEMP TABLE flow_nearest AS
WITH RECURSIVE climb(sid, parent, consumer, ends) AS (
    SELECT flow_tree.*
    FROM flow_tree
    JOIN flow_span USING (sid)
    WHERE flow_span.operation IN ('send', 'create', 'receive', 'process') OR flow_span.failed
    UNION
    SELECT climb.sid, above.parent, above.consumer, above.ends
    FROM climb
    JOIN flow_tree AS above ON above.sid = climb.parent
    WHERE NOT climb.ends
)
SELECT sid, parent AS consumer
FROM climb
WHERE consumer;
