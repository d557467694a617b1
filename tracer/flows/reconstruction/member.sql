-- One row for each attempt to handle a delivery (analysis 1.3). Process spans above one another are one attempt, named
-- by the outermost; so are those of one instance of which one lies within the other in time (two layers that both begin
-- under the message's context). A receive span is an attempt only where its service shows no handling of the topic, or where spans of
-- the handler are there whose own handling span is not: it was lost in a crash, or has not ended yet.
-- Out: flow_member(sid, label, grp, grp_known, handles, root) which attempt a consumer span belongs to; root is the
-- attempt's own span, `handles` says that its service shows handling of the topic.
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
        min(a.end_ns) AS end_ns,
        min(a.trace_id) AS trace_id,
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
    FROM (SELECT trace_id, service, instance, max(start_ns) AS start_ns FROM flow_orphan GROUP BY ALL) AS o
    JOIN traced USING (trace_id)
    JOIN consumption AS c USING (sid)
    LEFT JOIN (
        SELECT label, grp, instance, max(start_ns) AS start_ns
        FROM consumption
        WHERE operation = 'process'
        GROUP BY ALL
    ) AS last_handling
        ON last_handling.label = c.label AND last_handling.grp = c.grp
        AND last_handling.instance IS NOT DISTINCT FROM c.instance
    WHERE c.operation = 'receive'
        AND c.handles
        AND o.service IS NOT DISTINCT FROM c.service
        AND o.instance IS NOT DISTINCT FROM c.instance
        AND o.start_ns >= c.start_ns
        AND coalesce(last_handling.start_ns < c.start_ns, true)
),
candidate AS (
    SELECT c.*
    FROM consumption AS c
    LEFT JOIN (SELECT DISTINCT label, sid, true AS cut FROM cut_off) USING (label, sid)
    WHERE operation = 'process' OR NOT handles OR cut
),
above AS (
    SELECT c.label, c.grp, c.sid, outer_one.sid AS root
    FROM candidate AS c
    JOIN flow_nearest AS n USING (sid)
    JOIN candidate AS outer_one ON outer_one.sid = n.consumer AND outer_one.label = c.label AND outer_one.grp = c.grp
    UNION
    SELECT label, grp, sid, (longest).sid
    FROM (
        SELECT
            *,
            max({'end_ns': end_ns, 'sid': sid}) OVER (
                PARTITION BY label, grp, instance
                ORDER BY start_ns, end_ns DESC, trace_id, span_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS longest
        FROM (
            FROM candidate
            WHERE operation = 'process'
            QUALIFY count(*) OVER (PARTITION BY label, grp, instance) > 1
        )
    )
    WHERE (longest).end_ns >= end_ns AND end_ns > start_ns
),
climb AS (
    SELECT label, grp, sid, sid AS root FROM candidate
    UNION
    SELECT climb.label, climb.grp, climb.sid, above.root
    FROM climb
    JOIN above ON above.sid = climb.root AND above.label = climb.label AND above.grp = climb.grp
),
rooted AS (
    SELECT climb.label, climb.grp, climb.sid, climb.root
    FROM climb
    ANTI JOIN above ON above.sid = climb.root AND above.label = climb.label AND above.grp = climb.grp
),
beside AS (FROM consumption ANTI JOIN rooted USING (label, grp, sid)),
moment AS (
    SELECT c.label, c.grp, c.start_ns, arg_min(rooted.root, (c.trace_id, c.span_id)) AS root
    FROM candidate AS c
    JOIN rooted USING (label, grp, sid)
    WHERE c.label IN (SELECT label FROM beside)
    GROUP BY ALL
)
SELECT c.label, c.grp, c.grp_known, c.handles, c.sid, rooted.root
FROM consumption AS c
JOIN rooted USING (label, grp, sid)
UNION ALL
-- a receive span beside the handling belongs to the attempt that follows it, else to the last one
SELECT c.label, c.grp, c.grp_known, c.handles, c.sid, coalesce(next_one.root, last_one.root)
FROM beside AS c
ASOF LEFT JOIN moment AS next_one
    ON next_one.label = c.label AND next_one.grp = c.grp AND c.start_ns <= next_one.start_ns
ASOF LEFT JOIN moment AS last_one
    ON last_one.label = c.label AND last_one.grp = c.grp AND c.start_ns > last_one.start_ns;
