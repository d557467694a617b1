-- The last batch of which at most $spans spans follow $after, at least one batch; null when there is none.
SELECT coalesce(max(batch) FILTER (total <= $spans), min(batch))
FROM (SELECT batch, sum(spans) OVER (ORDER BY batch) AS total FROM lake.batches WHERE batch > $after)
