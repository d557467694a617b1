-- Where in the journal the last batch ended before the first one with spans that the derived tables do not reflect.
-- Out: batch, segment, position.
SELECT batch, segment, position
FROM lake.batches
WHERE batch < coalesce(
    (
        SELECT min(batch)
        FROM lake.batches
        WHERE spans > 0 AND batch > (SELECT coalesce(max(batch), 0) FROM lake.covered)
    ),
    9223372036854775807
)
ORDER BY batch DESC
LIMIT 1
