-- The $traces newest traces with spans or links of a key.
SELECT trace_id
FROM (
    SELECT trace_id, start_ns FROM flow_store WHERE messaging_kafka_message_key = $key
    UNION ALL
    SELECT trace_id, start_ns FROM flow_store WHERE messaging_gcp_pubsub_message_ordering_key = $key
    UNION ALL
    SELECT trace_id, start_ns FROM flow_store WHERE messaging_rocketmq_message_keys = $key
    UNION ALL
    SELECT trace_id, start_ns FROM flow_backlink WHERE key = $key
)
GROUP BY trace_id
ORDER BY max(start_ns) DESC
LIMIT $traces
