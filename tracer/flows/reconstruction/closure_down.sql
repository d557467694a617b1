-- One step to the effects of the nodes at depth $depth; nodes that were seen end a circle.
INSERT INTO flow_seen
SELECT DISTINCT e.target, $depth + 1
FROM flow_edge AS e
JOIN flow_seen AS s ON s.id = e.source AND s.depth = $depth
WHERE e.target NOT IN (SELECT id FROM flow_seen WHERE depth >= 0);
