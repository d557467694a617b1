-- The nodes of the flow: when there are more than $limit the nearest, of those equally near the attempts that failed.
-- Out: flow_wanted(id).
CREATE OR REPLACE TEMP TABLE flow_wanted AS
SELECT s.id
FROM flow_seen AS s
LEFT JOIN flow_processing AS p ON p.id = s.id AND p.outcome IN ('error', 'dead-lettered')
GROUP BY s.id
ORDER BY min(abs(s.depth)), count(p.id) = 0, s.id
LIMIT $limit;
