-- The public view `links`: one row a link of a span, `link_index` from 0 in the order in which the span has them.
CREATE VIEW links AS
SELECT
    trace_id,
    span_id,
    link_index,
    link.trace_id AS linked_trace_id,
    link.span_id AS linked_span_id,
    link.flags AS flags,
    CAST(link.attributes AS JSON) AS attributes,
    link.trace_state AS trace_state
FROM (
    SELECT trace_id, span_id, generate_subscripts(links, 1) - 1 AS link_index, unnest(links) AS link
    FROM lake.spans
    WHERE len(links) > 0
)
