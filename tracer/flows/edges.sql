-- The strongest evidence for each edge between nodes of flow_wanted, in the order of the fields of model.Edge.
SELECT source, target, kind, method, confidence
FROM flow_edge
WHERE source IN (SELECT id FROM flow_wanted) AND target IN (SELECT id FROM flow_wanted)
QUALIFY row_number() OVER (PARTITION BY source, target, kind ORDER BY confidence DESC, flow_strength(method)) = 1
ORDER BY source, target, kind
