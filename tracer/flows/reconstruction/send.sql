-- The send spans that stand for a message: neither layers around another send, nor the client call of a batch that
-- links the creation contexts of its messages.
-- Out: flow_send(sid, ..., coordinates).
CREATE OR REPLACE TEMP TABLE flow_send AS
SELECT
    s.* EXCLUDE (problems),
    CASE
        WHEN topic IS NOT NULL AND part IS NOT NULL AND off IS NOT NULL
            THEN flow_coordinates(home, cluster, topic, part, off)
    END AS coordinates
FROM flow_span AS s
CROSS JOIN flow_home
WHERE operation IN ('send', 'create')
    AND sid NOT IN (SELECT sid FROM flow_layer)
    AND NOT (
        operation = 'send' AND kind = 3 AND sid IN (SELECT sid FROM flow_link WHERE target_operation = 'create')
    );
