-- The traces of spans and links that tell these coordinates.
SELECT trace_id
FROM flow_store
WHERE messaging_kafka_offset = $off AND messaging_destination_name = $topic AND messaging_destination_partition_id = $part
UNION
SELECT trace_id FROM flow_backlink WHERE off = $off AND topic = $topic AND part = $part
