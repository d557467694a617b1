-- The row that makes the batch known, with the journal position it reaches: the relation `record` (schema.BATCHES).
INSERT INTO lake.batches SELECT * FROM record
