-- Facts that the new spans are the first to tell. Out: derived_told, derived_told_cluster; flow_told and flow_told_cluster
-- hold all.
CREATE OR REPLACE TEMP TABLE derived_told AS FROM flow_told EXCEPT FROM upkeep_known_told;

CREATE OR REPLACE TEMP TABLE derived_told_cluster AS
SELECT f.*
FROM flow_told_cluster AS f
LEFT JOIN upkeep_known_cluster AS k
    ON k.service IS NOT DISTINCT FROM f.service AND k.instance IS NOT DISTINCT FROM f.instance
    AND k.topic IS NOT DISTINCT FROM f.topic AND k.cluster = f.cluster
WHERE k.first IS NULL OR f.first < k.first;

CREATE OR REPLACE TEMP TABLE flow_told AS FROM upkeep_known_told UNION FROM derived_told;

CREATE OR REPLACE TEMP TABLE flow_told_cluster AS
SELECT service, instance, topic, cluster, min(first) AS first
FROM (FROM upkeep_known_cluster UNION ALL FROM derived_told_cluster)
GROUP BY ALL
