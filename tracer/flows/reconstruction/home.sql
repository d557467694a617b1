-- The home cluster: the first that the store met. Out: flow_home(home), one row.
CREATE OR REPLACE TEMP TABLE flow_home AS
SELECT arg_min(messaging_kafka_cluster_id, (received_ns, start_ns, messaging_kafka_cluster_id)) AS home
FROM flow_store
WHERE messaging_kafka_cluster_id IS NOT NULL;
