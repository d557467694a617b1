-- Each message that a consumer span names: one row for a span of one message, one for each link of a batch. A receive
-- span that names no message (a poll, the frame of a batch) is none. aid continues the numbers of sid.
-- `moved`: it is in a retry or dead-letter topic, or its headers tell another one: contexts that it carries may be old.
-- Out: flow_arrival(aid, sid, link_no, operation, ..., moved, coordinates, is_batch).
CREATE OR REPLACE TEMP TABLE flow_arrival AS
WITH consumer AS (
    SELECT
        s.*,
        coalesce(l.links, 0) AS link_count,
        coalesce(l.links, 0) > 0 AND l.links + s.dropped_links > 1 AND s.off IS NULL AND s.message_id IS NULL AS is_batch,
        parent.sid IS NOT NULL AS has_parent,
        coalesce(parent.operation IN ('send', 'create'), false) AS parent_sends
    FROM flow_span AS s
    LEFT JOIN (SELECT sid, count(*) AS links FROM flow_link GROUP BY sid) AS l USING (sid)
    LEFT JOIN flow_tree ON flow_tree.sid = s.sid
    LEFT JOIN flow_span AS parent ON parent.sid = flow_tree.parent
    WHERE s.operation IN ('receive', 'process')
),
framing AS (
    SELECT DISTINCT flow_tree.parent AS sid
    FROM flow_tree
    JOIN flow_span USING (sid)
    WHERE flow_tree.consumer AND flow_span.operation IN ('receive', 'process')
),
named AS (
    SELECT
        c.*,
        l.no AS link_no,
        -- some clients name only the first record's topic on a batch; then the send knows better, but for records that
        -- were sent on with the context of their first topic
        CASE
            WHEN l.topic IS NULL AND c.is_batch AND l.target_topic IS NOT NULL
                AND NOT flow_is_retry(coalesce(c.topic, '')) AND NOT flow_is_dead_letter(coalesce(c.topic, ''))
                THEN l.target_topic
            ELSE coalesce(l.topic, c.topic)
        END AS message_topic,
        coalesce(l.part, c.part) AS message_part,
        coalesce(l.off, c.off) AS message_off,
        coalesce(l.key, c.key) AS message_key,
        coalesce(l.message_id, c.message_id) AS message_message_id,
        -- the parent is the message's context, or may be: it is not in the store, and nothing says it is local
        c.parent_sends OR c.kind = 5 AND NOT c.has_parent AND c.parent_span_id IS NOT NULL AND c.remote <> 256 AS by_parent
    FROM consumer AS c
    LEFT JOIN flow_link AS l ON l.sid = CASE WHEN c.is_batch OR c.link_count = 1 THEN c.sid END
),
topics AS (
    SELECT message_topic, flow_is_retry(message_topic) OR flow_is_dead_letter(message_topic) AS aside
    FROM (SELECT DISTINCT message_topic FROM named WHERE message_topic IS NOT NULL)
)
SELECT
    (SELECT coalesce(max(sid), 0) FROM flow_span) + row_number() OVER () AS aid,
    n.sid,
    n.trace_id,
    n.span_id,
    n.link_no,
    n.is_batch,
    n.by_parent AND NOT n.is_batch AS by_parent,
    n.operation,
    n.service,
    n.instance,
    n.system,
    n.cluster,
    n.cluster_sure,
    n.message_topic AS topic,
    n.message_part AS part,
    n.message_off AS off,
    n.message_key AS key,
    n.message_message_id AS message_id,
    n.grp,
    n.routing_key,
    n.start_ns,
    n.end_ns,
    coalesce(topics.aside, false) OR n.origin_topic IS NOT NULL AS moved,
    flow_place(
        home, n.system, n.cluster, n.message_topic, n.message_part, n.message_off, n.message_message_id
    ) AS coordinates
FROM named AS n
CROSS JOIN flow_home
LEFT JOIN topics USING (message_topic)
LEFT JOIN framing USING (sid)
LEFT JOIN flow_consumer AS consumer
    ON consumer.service = n.service AND consumer.topic = n.message_topic AND consumer.whole_service
WHERE n.link_count > 0
    OR n.message_off IS NOT NULL AND n.message_part IS NOT NULL AND n.message_topic IS NOT NULL
    OR n.by_parent
    OR n.kind = 5 AND n.message_topic IS NOT NULL AND n.batch_count IS NULL AND framing.sid IS NULL AND NOT (
        -- a poll whose messages have spans of their own, or that came back with none
        n.operation = 'receive'
        AND coalesce(consumer.handles, false)
        AND coalesce(n.message_part, n.message_key, n.message_message_id) IS NULL
    );
