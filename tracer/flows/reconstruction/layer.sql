-- Send spans around another send of the same topic: two layers traced one send (a template around a client). The inner
-- one stands for the message; a span around several is the frame of a batch and stands for none.
-- Out: flow_layer(sid, inner_sid), inner_sid null for a frame.
CREATE OR REPLACE TEMP TABLE flow_layer AS
WITH RECURSIVE innermost AS (
    SELECT sid, inner_sid FROM flow_around
    UNION
    SELECT innermost.sid, around.inner_sid
    FROM innermost
    JOIN flow_around AS around ON around.sid = innermost.inner_sid
)
SELECT sid, CASE WHEN count(*) = 1 THEN min(inner_sid) END AS inner_sid
FROM innermost
WHERE inner_sid NOT IN (SELECT sid FROM flow_around)
GROUP BY sid;
