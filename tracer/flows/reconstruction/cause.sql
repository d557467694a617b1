-- Evidence of parents and links that an attempt caused an event (analysis 1.4): the event's send span is under the
-- attempt's span, or links it, or links the send of the event that was handled. `sure` is what it is worth before the
-- messages of a batch share it: `n` of them may be the cause, `seen` of these have a span. `sid` is the span that tells.
-- Out: flow_cause(effect, consumer, label, grp, root, seen, n, method, sure, sid, detail).
CREATE OR REPLACE TEMP TABLE flow_cause AS
WITH under AS (
    SELECT e.label AS effect, w.*, 'parent' AS method, e.sure, e.send AS sid
    FROM flow_event AS e
    JOIN flow_nearest AS nearest ON nearest.sid = e.send
    JOIN flow_work AS w USING (consumer)
),
linked AS (
    SELECT e.label AS effect, w.*, 'link' AS method, e.sure, e.send AS sid
    FROM flow_event AS e
    JOIN flow_link AS l ON l.sid = e.send AND l.target_operation IN ('receive', 'process')
    JOIN flow_work AS w ON w.consumer = l.target
),
read_before AS (
    -- the send links the message that was handled: the last attempt of its own service that had begun
    SELECT
        e.label AS effect, a.root AS consumer, a.label, a.grp, a.root, 1 AS seen, 1 AS n, 'link' AS method,
        0.9 * e.sure AS sure, e.send AS sid
    FROM flow_event AS e
    JOIN flow_send AS s ON s.sid = e.send
    JOIN flow_link AS l ON l.sid = e.send AND l.target_operation IN ('send', 'create')
    JOIN flow_event AS handled ON handled.send = l.target
    JOIN flow_attempt AS a ON a.label = handled.label
    WHERE a.service IS NOT DISTINCT FROM s.service AND a.started_ns <= s.start_ns AND a.label <> e.label
    QUALIFY row_number() OVER (PARTITION BY e.label, a.label, a.grp ORDER BY a.number DESC) = 1
)
SELECT
    evidence.* EXCLUDE (sure),
    evidence.sure::DOUBLE AS sure,
    e.doubt AS detail
FROM (FROM under UNION ALL FROM linked UNION ALL FROM read_before) AS evidence
JOIN flow_event AS e ON e.label = evidence.effect;
