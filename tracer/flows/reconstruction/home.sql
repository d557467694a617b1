-- Who tells which cluster, and the home cluster: the first that the store met.
-- Out: flow_told_cluster(service, instance, topic, cluster, first), flow_home(home, clusters), one row.
CREATE OR REPLACE TEMP TABLE flow_told_cluster AS
SELECT
    service,
    service_instance AS instance,
    messaging_destination_name AS topic,
    messaging_kafka_cluster_id AS cluster,
    min({'received_ns': received_ns, 'start_ns': start_ns}) AS first
FROM flow_store
WHERE messaging_kafka_cluster_id IS NOT NULL
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE flow_home AS
SELECT arg_min(cluster, (first, cluster)) AS home, count(DISTINCT cluster) AS clusters
FROM flow_told_cluster;
