-- Links of messaging spans, with the message's own attributes where the link tells them (macros: link_macros.py).
-- Links from consumer span to consumer span are left out: some clients link a batch forward to its records. Such a batch is
-- a receive span with a count inside another, or beside other links that lead forward; its links to spans that are not in
-- the store are left out too.
-- Out: flow_link(sid, no, ref_trace, ref_span, target, target_operation, target_topic, topic, part, off, key, message_id).
CREATE OR REPLACE TEMP TABLE flow_link AS
WITH each_link AS (
    SELECT flow_span.sid, unnest(links) AS link, generate_subscripts(links, 1) AS no
    FROM flow_linking
    JOIN flow_span USING (trace_id, span_id)
    WHERE flow_span.operation IS NOT NULL
),
distinct_link AS (
    SELECT sid, link.trace_id AS ref_trace, link.span_id AS ref_span, link.attributes AS attributes, min(no) AS no
    FROM each_link
    GROUP BY ALL
),
told AS (
    SELECT
        l.sid,
        l.no,
        l.ref_trace,
        l.ref_span,
        target.sid AS target,
        target.operation AS target_operation,
        target.topic AS target_topic,
        flow_link_topic(l.attributes) AS topic,
        flow_link_part(l.attributes) AS part,
        flow_link_off(l.attributes) AS off,
        flow_link_key(l.attributes) AS key,
        flow_link_message_id(l.attributes) AS message_id,
        source.operation AS source_operation,
        source.operation = 'receive' AND source.batch_count IS NOT NULL AS counting,
        parent.operation = 'receive' AND parent.service IS NOT DISTINCT FROM source.service AS in_receive,
        parent.sid IS NULL AND source.parent_span_id IS NOT NULL AND source.remote = 256 AS in_unknown
    FROM distinct_link AS l
    JOIN flow_span AS source USING (sid)
    LEFT JOIN flow_span AS target ON target.trace_id = l.ref_trace AND target.span_id = l.ref_span
    LEFT JOIN flow_tree ON flow_tree.sid = l.sid
    LEFT JOIN flow_span AS parent ON parent.sid = flow_tree.parent
),
forward AS (
    SELECT sid
    FROM told
    WHERE counting
    GROUP BY sid
    HAVING bool_or(in_receive OR target_operation IN ('receive', 'process'))
        OR bool_or(in_unknown) AND max(coalesce(topic, part, off::VARCHAR, key, message_id)) IS NULL
)
SELECT sid, no, ref_trace, ref_span, target, target_operation, target_topic, topic, part, off, key, message_id
FROM told
WHERE NOT coalesce(source_operation IN ('receive', 'process') AND target_operation IN ('receive', 'process'), false)
    AND NOT (target IS NULL AND sid IN (FROM forward));
