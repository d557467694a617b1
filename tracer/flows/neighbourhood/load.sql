-- Load the spans of the missing traces, which began in [$first, $last].
INSERT INTO flow_source
FROM flow_store
SEMI JOIN flow_missing USING (trace_id)
WHERE start_ns BETWEEN $first AND $last
