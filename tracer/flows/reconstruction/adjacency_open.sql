-- Attempts of the service instances (threads, where told) in which handling leaves no span under its consumer span: the
-- instrumentation ends the span before the handler runs, or hands it to a pool. Only there roots may be a handler's work.
-- `open`: this attempt's work may be told by roots, until `until_ns` when it is alone. lane numbers instance and thread.
-- `turn`: its place in the lane's order of time. Those that begin at once come in the order of their ends, of the links of
-- a batch, of the offsets; `orders`: how many partitions (messages, where no offset is told) only chance puts in an order.
-- Out: flow_open(lane, service, instance, thread, label, grp, root, start_ns, until_ns, ids, topic, key, open, turn, orders).
CREATE OR REPLACE TEMP TABLE flow_open AS
WITH place AS (
    SELECT l.label, a.sid, min(a.link_no) AS no
    FROM flow_arrival AS a
    JOIN flow_label AS l ON l.node = a.aid
    WHERE a.is_batch
    GROUP BY l.label, a.sid
),
attempt AS (
    SELECT DISTINCT
        m.label,
        m.grp,
        m.root,
        coalesce(place.no, 0) AS no,
        s.service,
        coalesce(s.instance, s.host, '') AS instance,
        coalesce(s.thread, '') AS thread,
        s.start_ns,
        CASE WHEN s.operation = 'receive' THEN greatest(s.start_ns, s.end_ns) + flow_horizon() ELSE s.end_ns END AS until_ns,
        s.trace_id,
        s.span_id,
        s.end_ns,
        e.topic,
        e.part,
        e.off,
        e.key,
        inside.sid IS NULL AS open
    FROM flow_member AS m
    JOIN flow_span AS s ON s.sid = m.root
    JOIN flow_event AS e USING (label)
    LEFT JOIN place ON place.label = m.label AND place.sid = m.root
    LEFT JOIN flow_inside AS inside ON inside.sid = m.root
    WHERE s.service IS NOT NULL
)
SELECT
    min(root) OVER lane AS lane,
    * EXCLUDE (no, end_ns, part, off),
    row_number() OVER (
        PARTITION BY service, instance, thread ORDER BY start_ns, end_ns, no, topic, part, off, trace_id, span_id, grp
    ) AS turn,
    count(DISTINCT CASE WHEN off IS NULL THEN label::VARCHAR ELSE concat_ws('/', topic, part) END) OVER (
        PARTITION BY service, instance, thread, start_ns, end_ns, no
    ) AS orders
FROM attempt
WINDOW lane AS (PARTITION BY service, instance, thread)
QUALIFY bool_or(open) OVER lane;
