-- What was found at $depth: whether events or processings, the first and the last time of their rows.
SELECT event, min(at_ns), max(at_ns) FROM flow_seen WHERE depth = $depth GROUP BY event
