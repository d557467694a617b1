-- The send spans that stand for a message: neither layers around another send, nor the client call of a batch that
-- links the creation contexts of its messages.
-- Out: flow_send(sid, ..., coordinates).
CREATE OR REPLACE TEMP TABLE flow_send AS
SELECT
    s.* EXCLUDE (problems),
    flow_place(home, system, cluster, topic, part, off, message_id) AS coordinates
FROM flow_span AS s
CROSS JOIN flow_home
WHERE operation IN ('send', 'create')
    AND sid NOT IN (SELECT sid FROM flow_layer)
    AND NOT (
        operation = 'send' AND kind = 3 AND sid IN (SELECT sid FROM flow_link WHERE target_operation = 'create')
    );
