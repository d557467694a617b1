-- Send spans directly around another send of the same topic. Out: flow_around(sid, inner_sid).
CREATE OR REPLACE TEMP TABLE flow_around AS
SELECT above.sid, inside.sid AS inner_sid
FROM flow_span AS inside
JOIN flow_tree ON flow_tree.sid = inside.sid
JOIN flow_span AS above ON above.sid = flow_tree.parent
WHERE inside.operation IN ('send', 'create')
    AND above.operation IN ('send', 'create')
    AND NOT flow_tree.ends
    AND above.topic IS NOT DISTINCT FROM inside.topic;
