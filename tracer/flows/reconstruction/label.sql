-- Start of the union: each node's smallest fellow. Out: flow_pair(node, head), flow_label(node, label).
CREATE OR REPLACE TEMP TABLE flow_pair AS
SELECT DISTINCT node, head
FROM (SELECT node, min(node) OVER (PARTITION BY key) AS head FROM flow_identity)
WHERE node <> head;

CREATE OR REPLACE TEMP TABLE flow_label AS
SELECT node, node AS label FROM (SELECT aid AS node FROM flow_arrival UNION ALL SELECT sid FROM flow_send);
