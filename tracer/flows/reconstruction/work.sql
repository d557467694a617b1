-- For each consumer span the attempts that what happens under it may belong to: its own, else those of the consumer
-- spans beside the work (a poll whose process spans stand next to the handler's). n counts them, unseen ones included.
-- Out: flow_work(consumer, label, grp, root, n, seen).
CREATE OR REPLACE TEMP TABLE flow_work AS
WITH own AS (
    SELECT sid AS consumer, label, grp, root, false AS beside FROM flow_member
),
next_to AS (
    SELECT DISTINCT t.parent AS consumer, m.label, m.grp, m.root, true AS beside
    FROM flow_tree AS t
    JOIN flow_member AS m ON m.sid = t.sid
    WHERE t.consumer AND t.parent NOT IN (SELECT sid FROM flow_member)
)
SELECT
    w.* EXCLUDE (beside),
    count(*) OVER one AS seen,
    -- a batch's own count covers messages that no span names, and so do links that were dropped; one message's span may
    -- carry the count of its batch
    CASE
        WHEN beside OR seen > 1 OR s.dropped_links > 0 THEN greatest(seen + s.dropped_links, coalesce(s.batch_count, 1))
        ELSE 1
    END AS n
FROM (FROM own UNION ALL FROM next_to) AS w
JOIN flow_span AS s ON s.sid = w.consumer
WINDOW one AS (PARTITION BY w.consumer);
