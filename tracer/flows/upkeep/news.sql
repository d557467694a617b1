-- What the new spans tell that older rows depend on: of a consumer's service and topic, of a service's or topic's cluster in a
-- store of several, and (`moved`, one row) that places are written in another way or a second cluster is met.
-- Out: upkeep_news(service, topic, what); how many there are.
CREATE OR REPLACE TEMP TABLE upkeep_news AS
SELECT DISTINCT service, topic, 'consumer' AS what
FROM (FROM flow_consumer EXCEPT FROM upkeep_known)
UNION ALL
SELECT DISTINCT service, topic, 'cluster'
FROM derived_told_cluster
WHERE (SELECT clusters FROM flow_home) > 1
UNION ALL
SELECT NULL, NULL, 'moved'
FROM flow_home AS h
CROSS JOIN upkeep_known_home AS k
WHERE k.clusters > 0 AND (h.home <> k.home OR h.clusters > 1 AND k.clusters = 1);

SELECT count(*) FROM upkeep_news
