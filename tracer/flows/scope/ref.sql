-- What the new spans name, a row for each trace, key and batch: their own trace (that is where its spans are), the traces
-- that they link, the coordinates and message ids that they or their links tell. Traces that share a key may tell of one
-- message. Out: derived_ref(trace, key, batch).
CREATE OR REPLACE TEMP TABLE derived_ref AS
WITH span AS (
    SELECT
        scope_trace_key(trace_id) AS trace, batch, links, messaging_destination_name AS topic,
        messaging_destination_partition_id AS part, messaging_kafka_offset AS off, messaging_message_id AS message_id,
        messaging_origin_topic AS origin_topic, messaging_origin_partition AS origin_part,
        messaging_origin_offset AS origin_off, messaging_origin_message_id AS origin_message_id
    FROM scope_fresh
),
link AS (SELECT trace, batch, topic, part, unnest(links) AS link FROM span WHERE len(links) > 0),
told AS (
    SELECT
        trace, batch, scope_trace_key(link.trace_id) AS linked,
        coalesce(flow_link_topic(link.attributes), topic) AS topic,
        coalesce(flow_link_part(link.attributes), part) AS part,
        flow_link_off(link.attributes) AS off,
        flow_link_message_id(link.attributes) AS message_id
    FROM link
)
SELECT trace, trace AS key, batch FROM span
UNION
SELECT trace, linked, batch FROM told
UNION
SELECT trace, scope_place_key(topic, part, off), batch
FROM (
    SELECT trace, batch, topic, part, off FROM span
    UNION ALL
    SELECT trace, batch, topic, part, off FROM told
    UNION ALL
    SELECT trace, batch, origin_topic, origin_part, origin_off FROM span
)
WHERE topic IS NOT NULL AND part IS NOT NULL AND off IS NOT NULL
UNION
SELECT trace, scope_message_key(message_id), batch FROM span WHERE message_id IS NOT NULL
UNION
SELECT trace, scope_message_key(message_id), batch FROM told WHERE message_id IS NOT NULL
UNION
SELECT trace, scope_message_key(origin_message_id), batch FROM span WHERE origin_message_id IS NOT NULL
ORDER BY trace, key
