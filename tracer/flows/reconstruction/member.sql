-- One row for each attempt to handle a delivery (analysis 1.3). Process spans above one another are one attempt, named
-- by the outermost. A receive span is an attempt only where its service shows no handling of the topic, or where spans of
-- the handler are there whose own handling span is not: it was lost in a crash, or has not ended yet.
-- Out: flow_member(sid, label, grp, root) which attempt a consumer span belongs to; root is the attempt's own span.
CREATE OR REPLACE TEMP TABLE flow_member AS
WITH RECURSIVE consumption AS (
    SELECT
        l.label,
        a.sid,
        min(a.operation) AS operation,
        coalesce(min(a.grp), min(of_instance.grp), min(of_service.grp), min(a.service), 'unknown') AS grp,
        coalesce(min(a.grp), min(of_instance.grp), min(of_service.grp)) IS NOT NULL AS grp_known,
        coalesce(bool_or(of_service.handles), false) AS handles,
        min(a.service) AS service,
        min(a.instance) AS instance,
        min(a.start_ns) AS start_ns,
        min(a.span_id) AS span_id
    FROM flow_arrival AS a
    JOIN flow_label AS l ON l.node = a.aid
    LEFT JOIN flow_consumer AS of_instance
        ON of_instance.service = a.service AND of_instance.topic = a.topic
        AND of_instance.instance IS NOT DISTINCT FROM a.instance AND NOT of_instance.whole_service
    LEFT JOIN flow_consumer AS of_service
        ON of_service.service = a.service AND of_service.topic = a.topic AND of_service.whole_service
    GROUP BY l.label, a.sid
),
traced AS (
    SELECT sid, trace_id FROM flow_arrival
    UNION ALL
    SELECT sid, ref_trace FROM flow_arrival JOIN flow_origin USING (aid)
),
cut_off AS (
    SELECT c.label, c.sid
    FROM flow_orphan AS o
    JOIN traced USING (trace_id)
    JOIN consumption AS c USING (sid)
    WHERE c.operation = 'receive'
        AND c.handles
        AND o.service IS NOT DISTINCT FROM c.service
        AND o.instance IS NOT DISTINCT FROM c.instance
        AND o.start_ns >= c.start_ns
    EXCEPT
    SELECT c.label, c.sid
    FROM consumption AS c
    JOIN consumption AS later USING (label, grp)
    WHERE later.operation = 'process' AND later.instance IS NOT DISTINCT FROM c.instance AND later.start_ns >= c.start_ns
),
candidate AS (
    SELECT label, grp, sid, start_ns, span_id FROM consumption WHERE operation = 'process' OR NOT handles
    UNION ALL
    SELECT label, grp, sid, start_ns, span_id FROM consumption JOIN cut_off USING (label, sid)
),
climb AS (
    SELECT label, grp, sid, sid AS root FROM candidate
    UNION
    SELECT climb.label, climb.grp, climb.sid, above.sid
    FROM climb
    JOIN flow_nearest AS n ON n.sid = climb.root
    JOIN candidate AS above ON above.sid = n.consumer AND above.label = climb.label AND above.grp = climb.grp
),
rooted AS (
    SELECT label, grp, sid, root
    FROM climb
    WHERE NOT EXISTS (
        FROM flow_nearest AS n
        JOIN candidate AS above ON above.sid = n.consumer
        WHERE n.sid = climb.root AND above.label = climb.label AND above.grp = climb.grp
    )
)
SELECT
    c.label,
    c.grp,
    c.grp_known,
    c.sid,
    -- a receive span beside the handling belongs to the attempt that follows it, else to the last one
    coalesce(
        rooted.root,
        (
            SELECT arg_min(r.sid, (r.start_ns < c.start_ns, abs(r.start_ns - c.start_ns), r.span_id))
            FROM candidate AS r
            WHERE r.label = c.label AND r.grp = c.grp
        )
    ) AS root
FROM consumption AS c
LEFT JOIN rooted USING (label, grp, sid);
