-- The events and attempts of the flow. Parameters: nodes. Out: check_node(node).
CREATE OR REPLACE TEMP TABLE check_node AS SELECT unnest($nodes::VARCHAR[]) AS node;
