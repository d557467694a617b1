-- Older traces whose rows may change by a new fact: with spans of its consumers, in a store of several clusters with spans
-- of whose cluster more is known. Such news are rare: the first spans of a service tell most of it. Out: scope_seed gets them.
INSERT INTO scope_seed
SELECT scope_trace_key(s.trace_id)
FROM scope_store AS s
JOIN (SELECT service, topic FROM upkeep_news WHERE what = 'consumer') AS news ON news.service = s.service
WHERE s.batch <= $covered
    AND (s.messaging_destination_name = news.topic OR len(s.links) > 0 AND s.messaging_destination_name IS NULL)
UNION
SELECT scope_trace_key(trace_id)
FROM scope_store
WHERE batch <= $covered
    AND messaging_kafka_cluster_id IS NULL
    AND messaging_system = 'kafka'
    AND (
        service IN (SELECT service FROM upkeep_news WHERE what = 'cluster')
        OR messaging_destination_name IN (SELECT topic FROM upkeep_news WHERE what = 'cluster')
    )
UNION
SELECT scope_trace_key(trace_id)
FROM scope_store
WHERE batch <= $covered AND EXISTS (FROM upkeep_news WHERE what = 'moved') AND messaging_system = 'kafka'
