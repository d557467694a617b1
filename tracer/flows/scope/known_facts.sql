-- What the covered spans have told. Out: flow_told, flow_told_cluster.
CREATE OR REPLACE TEMP TABLE flow_told AS FROM lake.told;

CREATE OR REPLACE TEMP TABLE flow_told_cluster AS
SELECT service, instance, topic, cluster, min(first) AS first
FROM lake.told_clusters
GROUP BY ALL
