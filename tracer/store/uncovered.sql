-- Spans that the derived tables do not reflect yet.
SELECT coalesce(sum(spans), 0)::BIGINT FROM lake.batches WHERE batch > (SELECT coalesce(max(batch), 0) FROM lake.covered)
