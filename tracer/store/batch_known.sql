-- The spans of `incoming` that the lake already has: trace_id, span_id. The batch is the side that is kept in memory.
SELECT known.trace_id, known.span_id
FROM lake.spans AS known
SEMI JOIN incoming ON known.trace_id = incoming.trace_id AND known.span_id = incoming.span_id
WHERE known.start_ns BETWEEN $first AND $last
