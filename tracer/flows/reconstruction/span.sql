-- Every span in scope with what it does (analysis 1.1). sid numbers them; it means nothing outside of one reconstruction.
-- Out: flow_span(sid, ids, times, failed, service, instance, operation, system, coordinates, grp, what headers tell, problems).
CREATE OR REPLACE TEMP TABLE flow_span AS
WITH classified AS (
    SELECT
        *,
        -- normalising tells it, but of consumer spans of which neither an attribute nor the name does (decided.sql)
        coalesce(
            messaging_operation_type,
            CASE
                WHEN kind = 5 AND coalesce(
                    messaging_system, messaging_destination_name, messaging_message_id, messaging_consumer_group_name
                ) IS NOT NULL THEN 'receive'
            END
        ) AS operation,
        status_code = 2
            OR len(list_filter(events, lambda event: ends_with(event.name, 'exception'))) > 0
            OR error_type IS NOT NULL AS failed
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
    operation IS NOT NULL AND messaging_operation_type IS NULL AS undecided,
    messaging_system AS system,
    messaging_kafka_cluster_id AS cluster,
    1.0::DOUBLE AS cluster_sure,  -- below 1 where cluster.sql guesses it
    messaging_destination_name AS topic,
    messaging_destination_partition_id AS part,
    messaging_kafka_offset AS off,
    coalesce(
        messaging_kafka_message_key, messaging_gcp_pubsub_message_ordering_key, messaging_rocketmq_message_keys
    ) AS key,
    messaging_message_id AS message_id,
    -- a subscription is the group of systems that have no groups
    coalesce(messaging_consumer_group_name, messaging_destination_subscription_name) AS grp,
    messaging_rabbitmq_destination_routing_key AS routing_key,
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
    CASE WHEN failed THEN error_type END AS error_type
FROM classified;
