-- One span with everything it carries, from the public view: the fields of model.SpanDetail without the links.
SELECT
    trace_id, span_id, parent_span_id, name, kind, service, start_ns, end_ns, status, status_message,
    attributes, resource_attributes, CAST(events AS JSON)
FROM spans
WHERE trace_id = $trace_id AND span_id = $span_id
LIMIT 1
