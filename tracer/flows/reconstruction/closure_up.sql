-- One step to the causes of the nodes at depth -$depth.
INSERT INTO flow_seen
SELECT DISTINCT e.source, -$depth - 1
FROM flow_edge AS e
JOIN flow_seen AS s ON s.id = e.target AND s.depth = -$depth
WHERE e.source NOT IN (SELECT id FROM flow_seen WHERE depth <= 0);
