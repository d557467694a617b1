-- From events at $depth, whose rows are in [$first, $last], to the attempts that caused them; what was seen ends a circle.
INSERT INTO flow_seen
SELECT DISTINCT c.source, c.source_node, false, $depth - 1, c.source_ns
FROM lake.causes AS c
JOIN flow_seen AS s ON s.node = c.node AND s.id = c.target
WHERE s.depth = $depth AND s.event
    AND c.at_ns BETWEEN $first AND $last
    AND c.source NOT IN (SELECT id FROM flow_seen WHERE depth <= 0)
