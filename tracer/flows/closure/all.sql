-- Every node that was seen. Out: flow_wanted(id, node, event, at_ns).
CREATE OR REPLACE TEMP TABLE flow_wanted AS
SELECT id, any_value(node) AS node, any_value(event) AS event, any_value(at_ns) AS at_ns
FROM flow_seen
GROUP BY id
