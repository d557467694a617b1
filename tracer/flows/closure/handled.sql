-- From events at $depth to the attempts to handle them, whose rows are in [$first, $last].
INSERT INTO flow_seen
SELECT p.id, p.node, false, $depth + 1, p.at_ns
FROM lake.processings AS p
JOIN flow_seen AS s ON s.node = p.node AND s.id = split_part(p.id, '#', 1)
WHERE s.depth = $depth AND s.event
    AND p.at_ns BETWEEN $first AND $last
    AND p.id NOT IN (SELECT id FROM flow_seen WHERE depth >= 0)
