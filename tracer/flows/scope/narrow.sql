-- The spans of the store with the columns that a reconstruction reads.
SELECT
    batch,
    received_ns, trace_id, span_id, parent_span_id, flags, name, kind, start_ns, end_ns, status_code, status_message,
    service, service_instance, error_type, events, links, dropped_links_count, messaging_system, messaging_operation_type,
    messaging_destination_name, messaging_destination_subscription_name, messaging_destination_partition_id,
    messaging_consumer_group_name, messaging_batch_message_count, messaging_message_id, messaging_kafka_message_key,
    messaging_kafka_offset, messaging_kafka_cluster_id, messaging_rabbitmq_destination_routing_key,
    messaging_delivery_attempt, messaging_origin_topic,
    messaging_origin_partition, messaging_origin_offset, messaging_origin_consumer_group, messaging_origin_message_id,
    messaging_origin_error, messaging_gcp_pubsub_message_ordering_key, messaging_rocketmq_message_keys, host, thread
FROM lake.spans
