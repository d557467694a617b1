-- The home cluster, the first that the store met, and how many it has met. Out: flow_home(home, clusters), one row;
-- flow_other_cluster(cluster), the others.
CREATE OR REPLACE TEMP TABLE flow_home AS
SELECT arg_min(cluster, (first, cluster)) AS home, count(DISTINCT cluster) AS clusters
FROM flow_told_cluster;

CREATE OR REPLACE TEMP VIEW flow_other_cluster AS
SELECT cluster FROM flow_told_cluster JOIN flow_home ON cluster <> home;
