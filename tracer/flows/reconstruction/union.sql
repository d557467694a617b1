-- One step of the union: of the two ends of each pair, the higher label, and whoever has it, takes the lower one; then
-- each node takes the label of its label, so that long chains need few steps (Zhang, Azad, Buluc: FastSV, 2020). Labels are
-- nodes. Repeated until no pair has two labels.
CREATE OR REPLACE TEMP TABLE flow_label AS
WITH offered AS (
    FROM flow_label
    UNION ALL
    SELECT unnest([node, head, node_label, head_label]), least(node_label, head_label) FROM flow_apart
),
lowered AS MATERIALIZED (
    SELECT node, min(label) AS label FROM offered GROUP BY node
)
SELECT lowered.node, above.label
FROM lowered
JOIN lowered AS above ON above.node = lowered.label;
