-- Arrivals that tell nothing of their message but its topic, partition or key.
-- Out: flow_unnamed, rows of flow_arrival.
CREATE OR REPLACE TEMP VIEW flow_unnamed AS
FROM flow_arrival
ANTI JOIN flow_origin USING (aid)
WHERE coordinates IS NULL AND message_id IS NULL AND NOT is_batch AND topic IS NOT NULL
    AND (part IS NOT NULL OR key IS NOT NULL);
