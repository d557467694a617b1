-- One step of the union: every node takes the smallest label among its own, its heads' and its followers'.
-- Repeated until nothing changes.
CREATE OR REPLACE TEMP TABLE flow_label AS
WITH offered AS (
    SELECT node, label FROM flow_label
    UNION ALL
    SELECT p.node, l.label FROM flow_pair AS p JOIN flow_label AS l ON l.node = p.head
    UNION ALL
    SELECT p.head, l.label FROM flow_pair AS p JOIN flow_label AS l ON l.node = p.node
)
SELECT node, min(label) AS label
FROM offered
GROUP BY node;
