-- Where in the journal the batch ended up to which the derived tables reflect the spans. Out: batch, segment, position.
SELECT batch, segment, position
FROM lake.batches
WHERE batch <= (SELECT max(batch) FROM lake.covered)
ORDER BY batch DESC
LIMIT 1
