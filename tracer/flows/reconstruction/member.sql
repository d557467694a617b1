-- One row for each attempt to handle a delivery (analysis 1.3). Process spans above one another are one attempt, named
-- by the outermost; a receive span is an attempt only where its service shows no handling of the topic.
-- Out: flow_member(sid, label, grp, root) which attempt a consumer span belongs to; root is the attempt's own span.
CREATE OR REPLACE TEMP TABLE flow_member AS
WITH RECURSIVE consumption AS (
    SELECT
        l.label,
        a.sid,
        min(a.operation) AS operation,
        coalesce(min(a.grp), min(f.grp), min(a.service), 'unknown') AS grp,
        coalesce(min(a.grp), min(f.grp)) IS NOT NULL AS grp_known,
        coalesce(bool_or(f.handles), false) AS handles,
        min(a.start_ns) AS start_ns
    FROM flow_arrival AS a
    JOIN flow_label AS l ON l.node = a.aid
    LEFT JOIN flow_consumer AS f
        ON f.service = a.service AND f.topic = a.topic AND f.instance IS NOT DISTINCT FROM a.instance
    GROUP BY l.label, a.sid
),
candidate AS (
    SELECT * FROM consumption WHERE operation = 'process' OR NOT handles
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
            SELECT arg_min(r.sid, (r.start_ns < c.start_ns, abs(r.start_ns - c.start_ns), r.sid))
            FROM candidate AS r
            WHERE r.label = c.label AND r.grp = c.grp
        )
    ) AS root
FROM consumption AS c
LEFT JOIN rooted USING (label, grp, sid);
