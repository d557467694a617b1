-- From attempts at $depth to the events that they caused, whose rows are in [$first, $last]; what was seen ends a circle.
INSERT INTO flow_seen
SELECT DISTINCT c.target, c.node, true, $depth + 1, c.at_ns
FROM lake.causes AS c
JOIN flow_seen AS s ON s.node = c.source_node AND s.id = c.source
WHERE s.depth = $depth AND NOT s.event
    AND c.at_ns BETWEEN $first AND $last
    AND c.target NOT IN (SELECT id FROM flow_seen WHERE depth >= 0)
