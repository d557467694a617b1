-- The events that were asked for ($ids).
INSERT INTO flow_seen
SELECT r.id, r.node, true, 0, r.at_ns
FROM lake.events AS r
JOIN (SELECT unnest($ids::VARCHAR[]) AS id) AS asked ON flow_node(asked.id) = r.node AND asked.id = r.id
