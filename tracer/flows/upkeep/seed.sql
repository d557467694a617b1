-- The traces whose rows may change: those of the new spans, and older ones that a new fact concerns: of consumers of whose
-- service and topic more is known now, and, in a store of several clusters, of spans of whose cluster more is known. These
-- are rare: the first spans of a service tell most of it. Out: scope_seed(node).
CREATE OR REPLACE TEMP TABLE scope_seed AS
WITH news AS (
    SELECT DISTINCT service, topic FROM (FROM flow_consumer EXCEPT FROM upkeep_known)
),
told AS (
    SELECT DISTINCT service, topic FROM derived_told_cluster WHERE (SELECT clusters FROM flow_home) > 1
),
-- one row when places are written in another way, or a second cluster is met
moved AS (
    SELECT 1
    FROM flow_home AS h
    CROSS JOIN upkeep_known_home AS k
    WHERE k.clusters > 0 AND (h.home <> k.home OR h.clusters > 1 AND k.clusters = 1)
)
SELECT trace AS node
FROM derived_ref
UNION
SELECT scope_trace_key(s.trace_id)
FROM scope_store AS s
JOIN news ON news.service = s.service
WHERE s.batch <= $covered
    AND (s.messaging_destination_name = news.topic OR len(s.links) > 0 AND s.messaging_destination_name IS NULL)
UNION
SELECT scope_trace_key(trace_id)
FROM scope_store
WHERE batch <= $covered
    AND messaging_kafka_cluster_id IS NULL
    AND messaging_system = 'kafka'
    AND (service IN (SELECT service FROM told) OR messaging_destination_name IN (SELECT topic FROM told))
UNION
SELECT scope_trace_key(trace_id)
FROM scope_store
WHERE batch <= $covered AND EXISTS (FROM moved) AND messaging_system = 'kafka'
