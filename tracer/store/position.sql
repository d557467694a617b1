-- The newest batch: its number and where in the journal it ended.
SELECT batch, segment, position FROM lake.batches ORDER BY batch DESC LIMIT 1
