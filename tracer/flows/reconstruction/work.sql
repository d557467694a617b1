-- For each consumer span the attempts that what happens under it may belong to: its own, else those of the consumer
-- spans beside the work (a poll whose process spans stand next to the handler's). n counts them, unseen ones included.
-- Out: flow_work(consumer, label, grp, root, n, seen).
CREATE OR REPLACE TEMP TABLE flow_work AS
WITH own AS (
    SELECT sid AS consumer, label, grp, root FROM flow_member
),
beside AS (
    SELECT DISTINCT t.parent AS consumer, m.label, m.grp, m.root
    FROM flow_tree AS t
    JOIN flow_member AS m ON m.sid = t.sid
    WHERE t.consumer AND t.parent NOT IN (SELECT sid FROM flow_member)
)
SELECT
    w.*,
    count(*) OVER one AS seen,
    greatest(count(*) OVER one, CASE WHEN s.links IS NULL OR len(s.links) <= 1 THEN 1 ELSE coalesce(s.batch_count, 1) END) AS n
FROM (FROM own UNION ALL FROM beside) AS w
JOIN flow_span AS s ON s.sid = w.consumer
WINDOW one AS (PARTITION BY w.consumer);
