-- Headers (method `headers`): a record that still carries the context of another event's send descends from that event:
-- whoever handled it sent the record on with the headers it had (a retry, a dead letter, read by its first traceparent).
-- The cause is the last attempt, of that event or of one that was sent on in a retry topic before, that had begun when
-- the record was read, by the group that reads the record too, else by any. Only an event that no parent or link explains.
-- Adds to flow_cause.
INSERT INTO flow_cause BY NAME
WITH explained AS (SELECT DISTINCT effect FROM flow_cause WHERE n = 1 AND sure >= 0.9),
carried AS (
    SELECT l.label, r.send, r.ref_trace, r.ref_span, a.sid, a.start_ns
    FROM flow_reference AS r
    ANTI JOIN flow_origin USING (aid, ref_trace, ref_span)
    JOIN flow_arrival AS a USING (aid)
    JOIN flow_label AS l ON l.node = a.aid
    WHERE l.label NOT IN (FROM explained)
),
ancestry AS (
    SELECT c.label, e.label AS ancestor, c.sid, c.start_ns
    FROM carried AS c
    JOIN flow_event AS e ON e.send = c.send
    WHERE e.label <> c.label
),
descent AS (
    SELECT
        a.label,
        a.ancestor,
        min(a.start_ns) AS read_ns,
        arg_min(a.sid, (a.start_ns, s.trace_id, s.span_id)) AS sid,
        flow_is_retry(any_value(e.topic)) AS retry,
        flow_is_dead_letter(any_value(e.topic)) AS dead_letter,
        -- an event that only its arrivals know may be one that is known elsewhere
        bool_and(e.send IS NULL AND e.coordinates IS NULL) AS lone
    FROM ancestry AS a
    JOIN flow_event AS e USING (label)
    JOIN flow_span AS s USING (sid)
    GROUP BY a.label, a.ancestor
),
reader AS (SELECT DISTINCT label, grp FROM flow_attempt),
-- the groups that may have sent it on: those that read both, else all that read the ancestor
suspect AS (
    SELECT d.label, d.ancestor, r.grp, mine.grp IS NOT NULL AS reads_both
    FROM descent AS d
    JOIN reader AS r ON r.label = d.ancestor
    LEFT JOIN reader AS mine ON mine.label = d.label AND mine.grp = r.grp
    QUALIFY reads_both OR NOT bool_or(reads_both) OVER (PARTITION BY d.label, d.ancestor)
),
lineage AS (
    SELECT label AS ancestor, grp, label, root, started_ns, number
    FROM flow_attempt
    WHERE label IN (SELECT ancestor FROM descent)
    UNION ALL
    SELECT d.ancestor, a.grp, a.label, a.root, a.started_ns, a.number
    FROM descent AS d
    JOIN flow_attempt AS a USING (label)
    WHERE d.retry
),
step AS (
    SELECT ancestor, grp, started_ns, arg_min({'label': label, 'root': root}, number) AS attempt
    FROM lineage
    GROUP BY ancestor, grp, started_ns
),
found AS (
    SELECT d.*, s.grp, s.reads_both, step.attempt, count(*) OVER (PARTITION BY d.label, d.ancestor) AS groups
    FROM descent AS d
    JOIN suspect AS s USING (label, ancestor)
    ASOF JOIN step ON step.ancestor = d.ancestor AND step.grp = s.grp AND d.read_ns > step.started_ns
)
SELECT
    label AS effect,
    attempt.root AS consumer,
    attempt.label AS label,
    grp,
    attempt.root AS root,
    1 AS seen,
    1 AS n,
    'headers' AS method,
    CASE
        WHEN NOT (retry OR dead_letter) THEN 0.6
        WHEN attempt.label = ancestor THEN 0.9
        ELSE 0.8
    END / groups * CASE WHEN lone THEN 0.5 ELSE 1.0 END AS sure,
    sid,
    'carries the context of an event that was read before' AS detail
FROM found;
