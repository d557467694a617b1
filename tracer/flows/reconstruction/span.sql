-- Every span in scope with what it does (analysis 1.1). sid numbers them; it means nothing outside of one reconstruction.
-- Out: flow_span(sid, ids, times, failed, service, instance, operation, system, coordinates, grp, what headers tell, problems).
CREATE OR REPLACE TEMP TABLE flow_span AS
WITH classified AS (
    SELECT
        *,
        CASE
            WHEN messaging_system IS NULL AND messaging_destination_name IS NULL AND messaging_operation_type IS NULL
                AND messaging_message_id IS NULL AND messaging_consumer_group_name IS NULL THEN NULL
            WHEN messaging_operation_type IN ('create', 'send', 'receive', 'process', 'settle') THEN messaging_operation_type
            WHEN lower(messaging_operation_name) IN ('create', 'send', 'receive', 'process', 'settle')
                THEN lower(messaging_operation_name)
            WHEN lower(messaging_operation_name) IN ('publish', 'produce') OR kind = 4 THEN 'send'
            WHEN lower(messaging_operation_name) IN ('ack', 'nack', 'commit', 'reject') THEN 'settle'
            WHEN lower(messaging_operation_name) IN ('deliver', 'consume') THEN 'process'
            WHEN lower(messaging_operation_name) = 'poll' THEN 'receive'
            WHEN regexp_matches(name, '^process | process$', 'i') THEN 'process'
            WHEN regexp_matches(name, '^(receive|poll) | (receive|poll)$|^recv$', 'i') OR kind = 5 THEN 'receive'
            WHEN regexp_matches(name, '^(send|publish) | (send|publish)$', 'i') THEN 'send'
        END AS operation,
        status_code = 2
            OR len(list_filter(events, lambda event: ends_with(event.name, 'exception'))) > 0
            OR len(list_filter(text_attributes, lambda pair: pair.k = 'error.type')) > 0 AS failed
    FROM flow_source
)
SELECT
    row_number() OVER () AS sid,
    trace_id,
    span_id,
    parent_span_id,
    coalesce(flags, 0) & 768 AS remote,  -- 0x100 the parent's place is told, 0x200 it is in another process
    kind,
    start_ns,
    end_ns,
    coalesce(failed, false) AS failed,
    service,
    service_instance AS instance,
    host,
    thread,
    coalesce(dropped_links_count, 0)::INTEGER AS dropped_links,
    operation,
    coalesce(messaging_system, CASE WHEN messaging_kafka_offset IS NOT NULL THEN 'kafka' END) AS system,
    messaging_kafka_cluster_id AS cluster,
    messaging_destination_name AS topic,
    messaging_destination_partition_id AS part,
    messaging_kafka_offset AS off,
    messaging_kafka_message_key AS key,
    messaging_message_id AS message_id,
    messaging_consumer_group_name AS grp,
    messaging_batch_message_count AS batch_count,
    messaging_delivery_attempt AS attempt_told,
    messaging_origin_topic AS origin_topic,
    messaging_origin_partition AS origin_part,
    messaging_origin_offset AS origin_off,
    messaging_origin_consumer_group AS origin_grp,
    messaging_origin_message_id AS origin_message_id,
    messaging_origin_error AS origin_error,
    CASE WHEN failed THEN events END AS problems,
    CASE WHEN failed THEN status_message END AS status_message,
    CASE WHEN failed THEN list_filter(text_attributes, lambda pair: pair.k = 'error.type')[1].v END AS error_type
FROM classified;
