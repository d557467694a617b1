-- The event of exactly this id.
SELECT id FROM lake.events WHERE node = flow_node($id) AND id = $id
