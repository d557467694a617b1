-- Send spans around another send of the same topic: two layers traced one send (a template around a client). The inner
-- one stands for the message; a span around several is the frame of a batch and stands for none.
-- Out: flow_layer(sid, inner_sid), inner_sid null for a frame.
CREATE OR REPLACE TEMP TABLE flow_layer AS
WITH RECURSIVE around AS (
    SELECT above.sid, inside.sid AS inner_sid
    FROM flow_span AS inside
    JOIN flow_tree ON flow_tree.sid = inside.sid
    JOIN flow_span AS above ON above.sid = flow_tree.parent
    WHERE inside.operation IN ('send', 'create')
        AND above.operation IN ('send', 'create')
        AND NOT flow_tree.ends
        AND above.topic IS NOT DISTINCT FROM inside.topic
),
innermost AS (
    SELECT sid, inner_sid FROM around
    UNION
    SELECT innermost.sid, around.inner_sid
    FROM innermost
    JOIN around ON around.sid = innermost.inner_sid
)
SELECT sid, CASE WHEN count(*) = 1 THEN min(inner_sid) END AS inner_sid
FROM innermost
WHERE inner_sid NOT IN (SELECT sid FROM around)
GROUP BY sid;
