-- Start of the union: each node's smallest fellow; and no message joined by less than a proof.
-- Out: flow_pair(node, head), flow_label(node, label), flow_apart(node, head, node_label, head_label), pairs of two labels,
-- flow_joined(node, method, confidence, detail).
CREATE OR REPLACE TEMP TABLE flow_pair AS
SELECT DISTINCT node, head
FROM (SELECT node, min(node) OVER (PARTITION BY key) AS head FROM flow_identity)
WHERE node <> head;

CREATE OR REPLACE TEMP TABLE flow_label AS
SELECT node, node AS label FROM (SELECT aid AS node FROM flow_arrival UNION ALL SELECT sid FROM flow_send);

CREATE OR REPLACE TEMP VIEW flow_apart AS
SELECT p.node, p.head, n.label AS node_label, h.label AS head_label
FROM flow_pair AS p
JOIN flow_label AS n ON n.node = p.node
JOIN flow_label AS h ON h.node = p.head
WHERE n.label <> h.label;

CREATE OR REPLACE TEMP TABLE flow_joined (node BIGINT, method VARCHAR, confidence DOUBLE, detail VARCHAR);
