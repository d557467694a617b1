-- Spans of batches after $covered.
SELECT coalesce(sum(spans), 0)::BIGINT FROM lake.batches WHERE batch > $covered
