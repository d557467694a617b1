-- One step of the union: of the two ends of each pair, the higher label, and whoever has it, takes the lower one; then
-- each node takes the label of its label, so that long chains need few steps (Zhang, Azad, Buluc: FastSV, 2020). Labels are
-- nodes. Repeated until nothing changes.
CREATE OR REPLACE TEMP TABLE flow_label AS
WITH apart AS (
    SELECT p.node, p.head, n.label AS node_label, h.label AS head_label
    FROM flow_pair AS p
    JOIN flow_label AS n ON n.node = p.node
    JOIN flow_label AS h ON h.node = p.head
    WHERE n.label <> h.label
),
offered AS (
    FROM flow_label
    UNION ALL
    SELECT unnest([node, head, node_label, head_label]), least(node_label, head_label) FROM apart
),
lowered AS MATERIALIZED (
    SELECT node, min(label) AS label FROM offered GROUP BY node
)
SELECT lowered.node, above.label
FROM lowered
JOIN lowered AS above ON above.node = lowered.label;
