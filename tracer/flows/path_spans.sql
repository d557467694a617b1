-- The spans of some traces ($traces), as a walk through their trees needs them; a trace's spans lie in [$first, $last].
-- Out: the fields of span_tree.TreeSpan.
SELECT
    trace_id,
    span_id,
    parent_span_id,
    coalesce(name, ''),
    service,
    start_ns,
    greatest(start_ns, end_ns),
    kind IN (3, 4),
    kind = 5 OR coalesce(messaging_operation_type IN ('receive', 'process'), false),
    kind = 4 OR coalesce(messaging_operation_type IN ('send', 'create'), false)
FROM lake.spans
WHERE trace_id IN (SELECT unnest($traces)) AND start_ns BETWEEN $first AND $last
