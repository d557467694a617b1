-- From attempts at $depth to the event that they handle, whose row is in [$first, $last].
INSERT INTO flow_seen
SELECT DISTINCT e.id, e.node, true, $depth - 1, e.at_ns
FROM lake.events AS e
JOIN flow_seen AS s ON s.node = e.node AND split_part(s.id, '#', 1) = e.id
WHERE s.depth = $depth AND NOT s.event
    AND e.at_ns BETWEEN $first AND $last
    AND e.id NOT IN (SELECT id FROM flow_seen WHERE depth <= 0)
