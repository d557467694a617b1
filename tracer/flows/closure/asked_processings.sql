-- The attempts that were asked for ($ids).
INSERT INTO flow_seen
SELECT r.id, r.node, false, 0, r.at_ns
FROM lake.processings AS r
JOIN (SELECT unnest($ids::VARCHAR[]) AS id) AS asked ON flow_node(split_part(asked.id, '#', 1)) = r.node AND asked.id = r.id
