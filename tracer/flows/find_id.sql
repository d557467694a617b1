-- The event or the processing of exactly this id.
SELECT id FROM flow_event WHERE id = $id
UNION ALL
SELECT id FROM flow_processing WHERE id = $id
