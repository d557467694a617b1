-- Each edge that is wanted with all its evidence, the strongest first: source, target, kind and a list with
-- the fields of model.Evidence.
SELECT
    source, target, kind,
    list(
        {'method': method, 'confidence': confidence, 'trace_id': trace_id, 'span_id': span_id, 'detail': detail}
        ORDER BY confidence DESC, flow_strength(method), trace_id, span_id
    )
FROM wanted_edge
GROUP BY source, target, kind
ORDER BY source, target, kind
