-- Which messages were sent on from another one, by what their records still carry of it: headers that tell the original's
-- place (those of retries and dead letters), or the context of its send, which a reader of the first traceparent reports
-- as parent or link. It names the original and does not unify with it. Of the events of a batch send the key picks one.
-- Out: flow_ancestry(label, ancestor, told, sid, read_ns, grp, attempt): told by headers; the span that tells, its time,
-- the group and the attempt that the headers tell.
CREATE OR REPLACE TEMP TABLE flow_ancestry AS
WITH headed AS (
    SELECT l.label, s.* REPLACE (s.start_ns + after AS start_ns)
    FROM (
        SELECT aid AS node, sid, 0 AS after FROM flow_arrival
        UNION ALL
        SELECT sid, sid, 1 FROM flow_send  -- a send may be the first that is known of an attempt
    )
    JOIN flow_headed AS s USING (sid)
    JOIN flow_label AS l USING (node)
),
original AS (
    SELECT h.label, e.label AS ancestor, h.sid, h.start_ns, h.origin_grp, h.attempt_told
    FROM headed AS h
    CROSS JOIN flow_home
    JOIN flow_event AS e
        ON e.coordinates = flow_coordinates(home, h.cluster, h.origin_topic, h.origin_part, h.origin_off)
    UNION ALL
    -- brokers that keep the message's id when they move it
    SELECT h.label, e.label, h.sid, h.start_ns, h.origin_grp, h.attempt_told
    FROM headed AS h
    JOIN flow_event AS e
        ON e.topic = h.origin_topic AND e.message_id = coalesce(h.origin_message_id, h.message_id)
    WHERE h.origin_off IS NULL
),
carried AS (
    SELECT l.label, r.send, r.ref_trace, r.ref_span, a.sid, a.start_ns, a.key
    FROM flow_carried AS r
    JOIN flow_arrival AS a USING (aid)
    JOIN flow_label AS l ON l.node = a.aid
),
context AS (
    SELECT c.label, e.label AS ancestor, c.sid, c.start_ns, c.key = e.key AS fits
    FROM carried AS c
    JOIN flow_event AS e ON e.send = c.send
    UNION ALL
    -- a send that is not in the store: the event whose arrivals name it as theirs
    SELECT c.label, e.label, c.sid, c.start_ns, c.key = e.key
    FROM carried AS c
    JOIN flow_event AS e ON e.trace_id = c.ref_trace AND e.span_id = c.ref_span
    WHERE c.send IS NULL AND e.send IS NULL
),
one AS (
    SELECT label, ancestor, true AS told, sid, start_ns, origin_grp AS grp, attempt_told FROM original
    UNION ALL
    SELECT label, ancestor, false, sid, start_ns, NULL, attempt_told
    FROM (FROM context QUALIFY coalesce(fits, true) OR NOT bool_or(fits) OVER (PARTITION BY label, sid))
    JOIN (SELECT sid, attempt_told FROM flow_span) USING (sid)
)
SELECT
    label,
    ancestor,
    told,
    arg_min(sid, (one.start_ns, s.trace_id, s.span_id)) AS sid,
    min(one.start_ns) AS read_ns,
    min(one.grp) AS grp,
    min(one.attempt_told) AS attempt
FROM one
JOIN flow_span AS s USING (sid)
WHERE label <> ancestor
GROUP BY label, ancestor, told;
