-- Traces that tell more of the nodes in flow_wanted, and are not loaded yet: those of the contexts that their arrivals
-- name (and those of the messages that share a batch with them, whose keys tell causes apart), of the links of their
-- sends, of links to their sends and handlings, of spans and links with their coordinates or those of the originals that
-- their headers tell, of spans whose headers tell theirs, of spans with their message id.
-- Out: flow_missing(trace_id).
CREATE OR REPLACE TEMP TABLE flow_missing AS
WITH wanted_event AS (
    SELECT * FROM flow_event SEMI JOIN flow_wanted USING (id)
    UNION
    SELECT e.* FROM flow_event AS e JOIN flow_processing AS p ON p.event = e.id SEMI JOIN flow_wanted ON flow_wanted.id = p.id
),
batch AS (
    SELECT DISTINCT mate.label
    FROM wanted_event AS e
    JOIN flow_work AS w USING (label)
    JOIN flow_work AS mate USING (consumer)
),
place AS (
    SELECT topic, part, off FROM wanted_event
    UNION
    SELECT s.origin_topic, s.origin_part, s.origin_off
    FROM wanted_event AS e
    JOIN flow_label AS l USING (label)
    JOIN (SELECT aid AS node, sid FROM flow_arrival UNION ALL SELECT sid, sid FROM flow_send) USING (node)
    JOIN flow_span AS s USING (sid)
    WHERE s.origin_off IS NOT NULL
),
consumer AS (
    SELECT s.trace_id, s.span_id
    FROM wanted_event AS e
    JOIN flow_member AS m USING (label)
    JOIN flow_span AS s USING (sid)
)
SELECT r.ref_trace AS trace_id
FROM flow_label AS l
JOIN flow_reference AS r ON r.aid = l.node
WHERE l.label IN (SELECT label FROM wanted_event UNION ALL FROM batch)
UNION
SELECT l.ref_trace FROM wanted_event AS e JOIN flow_link AS l ON l.sid = e.send
UNION
SELECT b.trace_id FROM flow_backlink AS b JOIN wanted_event AS e ON b.ref_trace = e.trace_id AND b.ref_span = e.span_id
UNION
SELECT b.trace_id FROM flow_backlink AS b JOIN consumer AS c ON b.ref_trace = c.trace_id AND b.ref_span = c.span_id
UNION
SELECT s.trace_id
FROM flow_store AS s
JOIN place AS p
    ON s.messaging_kafka_offset = p.off
    AND s.messaging_destination_name = p.topic
    AND s.messaging_destination_partition_id = p.part
UNION
SELECT b.trace_id FROM flow_backlink AS b JOIN place AS p ON b.off = p.off AND b.topic = p.topic AND b.part = p.part
UNION
SELECT s.trace_id
FROM flow_store AS s
JOIN wanted_event AS e
    ON s.messaging_origin_offset = e.off
    AND s.messaging_origin_topic = e.topic
    AND s.messaging_origin_partition = e.part
UNION
SELECT s.trace_id
FROM flow_store AS s
JOIN wanted_event AS e ON s.messaging_message_id = e.message_id AND s.messaging_system = e.system
WHERE flow_id_tells(e.system, e.message_id)
EXCEPT
FROM flow_loaded;
