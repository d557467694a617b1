-- Who tells which cluster, and when it was first told. A union of such relations tells what a union of their spans does.
-- Out: flow_told_cluster(service, instance, topic, cluster, first).
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
