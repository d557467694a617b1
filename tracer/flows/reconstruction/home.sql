-- The home cluster, the first that the store met, and how many it has met. Out: flow_home(home, clusters), one row.
CREATE OR REPLACE TEMP TABLE flow_home AS
SELECT arg_min(cluster, (first, cluster)) AS home, count(DISTINCT cluster) AS clusters
FROM flow_told_cluster;
