-- One row for each message. Its send is the one that tells its coordinates, else the earliest; a context that is not in
-- the store gives ids but no service and no time. An event without coordinates is named by its message id where its system
-- has one (of two with one id the first has it), else by its send span, else by its first arrival, `/n` where that span
-- sent or read several.
-- `sure`: that it was this send that sent it; `doubt` says why it is not.
-- Out: flow_event(label, id, system, topic, ..., send, disputed, sure, doubt).
CREATE OR REPLACE TEMP TABLE flow_event AS
WITH received AS (
    SELECT
        l.label,
        min(a.system) AS system,
        min(a.cluster) AS cluster,
        min(a.topic) AS topic,
        min(a.part) AS part,
        min(a.coordinates) AS coordinates,
        min(a.off) FILTER (a.coordinates IS NOT NULL) AS off,
        min(a.key) AS key,
        min(a.message_id) AS message_id,
        min(a.routing_key) AS routing_key,
        bool_or(a.coordinates IS NOT NULL AND j.node IS NULL) AS placed,
        max(j.confidence) AS join_confidence,
        min(j.method) AS join_method,
        min(a.start_ns) AS first_ns,
        min(a.link_no) AS first_no,
        arg_min({'trace_id': a.trace_id, 'span_id': a.span_id}, (a.start_ns, a.trace_id, a.span_id)) AS first_span,
        min({'trace_id': o.ref_trace, 'span_id': o.ref_span}) FILTER (o.aid IS NOT NULL AND o.send IS NULL) AS context
    FROM flow_label AS l
    JOIN flow_arrival AS a ON a.aid = l.node
    LEFT JOIN flow_origin AS o USING (aid)
    LEFT JOIN flow_joined AS j ON j.node = a.aid
    GROUP BY l.label
),
sender AS (
    SELECT label, arg_min(sid, (s.coordinates IS NULL, s.start_ns, s.trace_id, s.span_id)) AS sid
    FROM (
        SELECT label, node AS sid FROM flow_label
        UNION ALL
        SELECT l.label, o.send FROM flow_label AS l JOIN flow_origin AS o ON o.aid = l.node
    )
    JOIN flow_send AS s USING (sid)
    GROUP BY label
),
several AS (SELECT DISTINCT producer FROM flow_claim WHERE marks > 1),
merged AS (
    SELECT
        coalesce(r.label, sender.label) AS label,
        coalesce(s.system, r.system) AS system,
        coalesce(s.cluster, r.cluster) AS cluster,
        CASE WHEN flow_names_differ(s.system) THEN coalesce(s.topic, r.topic) ELSE coalesce(r.topic, s.topic) END AS topic,
        coalesce(s.part, r.part) AS part,
        coalesce(s.off, r.off) AS off,
        coalesce(s.key, r.key) AS key,
        coalesce(s.message_id, r.message_id) AS message_id,
        coalesce(s.coordinates, r.coordinates) AS coordinates,
        coalesce(s.routing_key, r.routing_key) AS routing_key,
        CASE WHEN s.coordinates IS NULL AND r.coordinates IS NOT NULL AND NOT r.placed THEN r.join_confidence END AS join_confidence,
        r.join_method,
        s.sid AS send,
        s.start_ns AS produced_ns,
        CASE WHEN s.end_ns >= s.start_ns THEN s.end_ns END AS acknowledged_ns,
        s.service,
        s.instance,
        s.host,
        coalesce(s.trace_id, r.context.trace_id) AS trace_id,
        coalesce(s.span_id, r.context.span_id) AS span_id,
        'span://' || coalesce(s.trace_id, r.context.trace_id, r.first_span.trace_id)
            || '/' || coalesce(s.span_id, r.context.span_id, r.first_span.span_id) AS span_name,
        r.first_span,
        r.first_ns,
        r.first_no
    FROM received AS r
    FULL JOIN sender USING (label)
    LEFT JOIN flow_send AS s ON s.sid = sender.sid
    -- a send whose messages are all told apart is no event of its own
    WHERE r.label IS NOT NULL OR 's' || s.sid NOT IN (FROM several)
),
numbered AS (
    SELECT
        *,
        CASE WHEN coordinates IS NULL THEN flow_named(system, topic, routing_key, message_id) END AS name,
        count(*) OVER same_span AS brothers,
        row_number() OVER (same_span ORDER BY first_ns NULLS LAST, part, off, key, message_id, topic, first_no) AS n
    FROM merged
    WINDOW same_span AS (PARTITION BY span_name)
),
named_before AS (
    SELECT label
    FROM numbered
    WHERE name IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY name ORDER BY coalesce(produced_ns, first_ns), trace_id, span_id, first_span, n
    ) > 1
),
named AS (
    SELECT
        * EXCLUDE (first_no, brothers, n, name, span_name),
        CASE
            WHEN coordinates IS NOT NULL THEN coordinates
            WHEN name IS NOT NULL AND label NOT IN (FROM named_before) THEN name
            WHEN brothers = 1 THEN span_name
            ELSE span_name || '/' || n
        END AS id,
        coalesce(
            send IN (SELECT substr(producer, 2)::BIGINT FROM flow_claim WHERE disputed AND producer LIKE 's%'), false
        ) AS disputed
    FROM numbered
)
SELECT
    * EXCLUDE (join_confidence, join_method),
    CASE WHEN disputed THEN 0.5 ELSE coalesce(join_confidence, 1.0) END::DOUBLE AS sure,
    CASE
        WHEN disputed THEN 'its consumers tell several coordinates of this send'
        WHEN join_confidence < 1 THEN 'its send is told by ' || join_method || ' alone'
    END AS doubt
FROM named;
