-- The $limit nodes of flow_wanted that are nearest, of those equally near the attempts that failed. Out: flow_wanted.
CREATE OR REPLACE TEMP TABLE flow_wanted AS
WITH failed AS (
    SELECT id FROM lake.processings
    WHERE at_ns BETWEEN $first AND $last AND outcome IN ('error', 'dead-lettered')
),
near AS (SELECT id, min(abs(depth)) AS depth FROM flow_seen GROUP BY id)
SELECT w.*
FROM flow_wanted AS w
JOIN near USING (id)
LEFT JOIN failed USING (id)
ORDER BY near.depth, failed.id IS NULL, w.id
LIMIT $limit
