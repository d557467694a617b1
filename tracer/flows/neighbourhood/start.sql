-- An empty neighbourhood: the spans that are loaded, with the columns that a reconstruction reads, and their traces.
CREATE OR REPLACE TEMP VIEW flow_narrow AS
SELECT
    received_ns, trace_id, span_id, parent_span_id, flags, name, kind, start_ns, end_ns, status_code, status_message,
    service, service_instance, text_attributes, events, links, messaging_system, messaging_operation_type,
    messaging_operation_name, messaging_destination_name, messaging_destination_partition_id,
    messaging_consumer_group_name, messaging_batch_message_count, messaging_message_id, messaging_kafka_message_key,
    messaging_kafka_offset, messaging_kafka_cluster_id
FROM flow_store;

CREATE OR REPLACE TEMP TABLE flow_source AS FROM flow_narrow LIMIT 0;

CREATE OR REPLACE TEMP TABLE flow_loaded AS SELECT trace_id FROM flow_source;

CREATE OR REPLACE TEMP TABLE flow_missing AS SELECT trace_id FROM flow_source;
