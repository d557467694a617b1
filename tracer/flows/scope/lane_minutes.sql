-- The minutes around scope_from that are not read yet: one row, a list, and the first and last nanosecond.
SELECT coalesce(list(minute), []), coalesce(min(minute), 0) * 60_000_000_000, coalesce(max(minute) + 1, 0) * 60_000_000_000
FROM (
    SELECT DISTINCT
        start_ns // 60_000_000_000
        + unnest(CASE WHEN lane LIKE 'topic|%' THEN [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5] ELSE [-1, 0, 1] END) AS minute
    FROM scope_from
    EXCEPT
    FROM scope_minute
)
