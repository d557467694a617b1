-- The nodes of the flow, the nearest first when there are more than $limit. Out: flow_wanted(id).
CREATE OR REPLACE TEMP TABLE flow_wanted AS
SELECT id
FROM flow_seen
GROUP BY id
ORDER BY min(abs(depth)), id
LIMIT $limit;
