-- Load the spans that began at $since or later.
INSERT INTO flow_source
FROM flow_narrow
WHERE start_ns >= coalesce($since, start_ns)
