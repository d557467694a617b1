-- Load the spans that began at $since or later.
INSERT INTO flow_source
FROM flow_store
WHERE start_ns >= coalesce($since, start_ns)
