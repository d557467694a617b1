-- One row for each message. Its send is the one that tells its coordinates, else the earliest; a context that is not in
-- the store gives ids but no service and no time. An event without coordinates is named by its send span, `/n` where
-- that span sent several, else by its first arrival.
-- Out: flow_event(label, id, system, topic, ..., send, disputed).
CREATE OR REPLACE TEMP TABLE flow_event AS
WITH arrived AS (
    SELECT
        l.label,
        a.*,
        s.trace_id,
        s.span_id,
        o.producer,
        o.send,
        o.ref_trace,
        o.ref_span,
        row_number() OVER (PARTITION BY l.label ORDER BY a.start_ns, s.trace_id, s.span_id, a.link_no) AS rank
    FROM flow_label AS l
    JOIN flow_arrival AS a ON a.aid = l.node
    JOIN flow_span AS s USING (sid)
    LEFT JOIN flow_origin AS o USING (aid)
),
received AS (
    SELECT
        label,
        min(system) AS system,
        min(cluster) AS cluster,
        min(topic) AS topic,
        min(part) AS part,
        min(coordinates) AS coordinates,
        min(off) FILTER (coordinates IS NOT NULL) AS off,
        min(key) AS key,
        min(message_id) AS message_id,
        min(start_ns) AS first_ns,
        arg_min(struct_pack(trace_id, span_id), rank) AS first_span,
        min({'trace_id': ref_trace, 'span_id': ref_span}) FILTER (producer LIKE 'u%') AS context
    FROM arrived
    GROUP BY label
),
sender AS (
    SELECT label, sid, row_number() OVER (
        PARTITION BY label
        ORDER BY (s.coordinates IS NOT NULL) DESC, s.start_ns, s.trace_id, s.span_id
    ) AS rank
    FROM (
        SELECT label, node AS sid FROM flow_label
        UNION
        SELECT label, send FROM arrived
    )
    JOIN flow_send AS s USING (sid)
),
several AS (SELECT DISTINCT producer FROM flow_claim WHERE marks > 1),
merged AS (
    SELECT
        coalesce(r.label, sender.label) AS label,
        coalesce(s.system, r.system) AS system,
        coalesce(s.cluster, r.cluster) AS cluster,
        coalesce(r.topic, s.topic) AS topic,
        coalesce(s.part, r.part) AS part,
        coalesce(s.off, r.off) AS off,
        coalesce(s.key, r.key) AS key,
        coalesce(s.message_id, r.message_id) AS message_id,
        coalesce(s.coordinates, r.coordinates) AS coordinates,
        s.sid AS send,
        s.start_ns AS produced_ns,
        s.service,
        coalesce(s.trace_id, r.context.trace_id) AS trace_id,
        coalesce(s.span_id, r.context.span_id) AS span_id,
        r.first_span,
        r.first_ns
    FROM received AS r
    FULL JOIN (FROM sender WHERE rank = 1) AS sender USING (label)
    LEFT JOIN flow_send AS s ON s.sid = sender.sid
    -- a send whose messages are all told apart is no event of its own
    WHERE r.label IS NOT NULL OR 's' || s.sid NOT IN (FROM several)
),
numbered AS (
    SELECT
        *,
        count(*) OVER same_span AS brothers,
        row_number() OVER (same_span ORDER BY first_ns NULLS LAST, part, off, key, message_id, topic) AS n
    FROM merged
    WINDOW same_span AS (PARTITION BY trace_id, span_id)
)
SELECT
    * EXCLUDE (first_span, brothers, n),
    CASE
        WHEN coordinates IS NOT NULL THEN coordinates
        WHEN trace_id IS NULL THEN 'span://' || first_span.trace_id || '/' || first_span.span_id
        WHEN brothers = 1 THEN 'span://' || trace_id || '/' || span_id
        ELSE 'span://' || trace_id || '/' || span_id || '/' || n
    END AS id,
    coalesce(send IN (SELECT substr(producer, 2)::BIGINT FROM flow_claim WHERE disputed AND producer LIKE 's%'), false) AS disputed
FROM numbered;
