-- The links of one span, in its order.
SELECT linked_trace_id, linked_span_id, attributes
FROM links
WHERE trace_id = $trace_id AND span_id = $span_id
ORDER BY link_index
