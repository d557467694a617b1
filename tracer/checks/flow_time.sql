-- How many attempts of the store are how far from a time, in steps that double from a second on. Parameters: first, last.
-- Out: step (0: up to a second), attempts.
SELECT
    greatest(0, ceil(log2(greatest($first::BIGINT - at_ns, at_ns - $last::BIGINT, 1) / 1e9)))::INTEGER AS step,
    count(*) AS attempts
FROM lake.processings
GROUP BY step
ORDER BY step;
