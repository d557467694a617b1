-- The attempts in order, with their times. Where only a receive span is known the handling begins with the handler's
-- first span (under it, or likely its work), else when the receive span ends, and takes unknown time; unless the
-- handler's spans lie inside it. So does a process span whose likely work goes on after it: the handler runs elsewhere.
-- The duration of a batch is no duration of one of its messages (together.sql: process spans of one handling).
-- Out: flow_attempt(label, grp, root, number, ..., started_ns, duration_ns, batch_size).
CREATE OR REPLACE TEMP TABLE flow_attempt AS
WITH messages AS (
    SELECT
        a.sid,
        greatest(
            count(*) + CASE WHEN bool_or(a.is_batch) THEN max(s.dropped_links) ELSE 0 END, coalesce(max(t.messages), 0)
        ) AS messages
    FROM flow_arrival AS a
    JOIN flow_span AS s USING (sid)
    LEFT JOIN flow_together AS t USING (sid)
    GROUP BY a.sid
),
rooted AS (
    SELECT
        m.label, m.grp, m.root,
        bool_or(m.grp_known) AS grp_known,
        bool_or(m.handles) AS handles,
        max(s.attempt_told) AS attempt_told,
        -- a pull call (kind client) has the message when it comes back, a span of one arrival when it begins
        min(CASE WHEN s.kind = 3 THEN s.end_ns ELSE s.start_ns END) FILTER (s.operation = 'receive') AS arrived_ns
    FROM flow_member AS m
    JOIN flow_span AS s USING (sid)
    GROUP BY m.label, m.grp, m.root
),
timed AS (
    SELECT
        rooted.*,
        s.trace_id,
        s.span_id,
        s.service,
        s.instance,
        s.host,
        s.thread,
        s.dropped_links,
        (s.operation = 'process' OR coalesce(inside.within, false))
            AND coalesce(likely.last_ns <= s.end_ns, true) AS handling,
        -- a handling whose own span is not there did not end as far as spans tell
        s.end_ns >= s.start_ns AND (s.operation = 'process' OR NOT rooted.handles) AS ended,
        CASE
            WHEN handling THEN s.start_ns
            WHEN s.operation = 'process' THEN likely.first_ns
            ELSE greatest(s.end_ns, least(inside.first_ns, likely.first_ns))
        END AS started_ns,
        CASE WHEN handling AND ended AND messages.messages = 1 THEN s.end_ns - s.start_ns END AS duration_ns,
        CASE WHEN messages.messages > 1 THEN messages.messages END AS batch_size,
        CASE WHEN handling AND ended AND messages.messages > 1 THEN s.end_ns - s.start_ns END AS batch_ns
    FROM rooted
    JOIN flow_span AS s ON s.sid = rooted.root
    JOIN messages ON messages.sid = rooted.root
    LEFT JOIN flow_inside AS inside ON inside.sid = rooted.root
    LEFT JOIN flow_likely AS likely
        ON likely.label = rooted.label AND likely.grp = rooted.grp AND likely.root = rooted.root
),
numbered AS (
    SELECT
        *,
        row_number() OVER delivery AS number,
        started_ns - lag(started_ns + coalesce(duration_ns, batch_ns)) OVER delivery AS backoff_ns
    FROM timed
    WINDOW delivery AS (PARTITION BY label, grp ORDER BY started_ns, trace_id, span_id)
)
SELECT
    n.*,
    e.id AS event,
    e.id || '#' || flow_part(n.grp) || '@' || n.number AS id,
    n.started_ns - e.produced_ns AS queue_ns,
    e.topic,
    e.key
FROM numbered AS n
JOIN flow_event AS e USING (label);
