-- Every node. Out: flow_wanted(id).
CREATE OR REPLACE TEMP TABLE flow_wanted AS
SELECT id FROM flow_event
UNION ALL
SELECT id FROM flow_processing;
