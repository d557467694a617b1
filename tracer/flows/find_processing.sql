-- The processing of exactly this id.
SELECT id FROM lake.processings WHERE node = flow_node(split_part($id, '#', 1)) AND id = $id
