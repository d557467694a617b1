-- The row that makes the batch known, with the journal position it reaches.
INSERT INTO lake.batches VALUES (
    $batch, $segment, $position, $spans, $first, $last, CAST($digests AS STRUCT(digest BLOB, received_ns BIGINT)[])
)
