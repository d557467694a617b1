-- The minutes around scope_from that are not read yet: one row, a list, and the first and last nanosecond.
SELECT coalesce(list(minute), []), coalesce(min(minute), 0) * 60_000_000_000, coalesce(max(minute) + 1, 0) * 60_000_000_000
FROM (
    SELECT DISTINCT start_ns // 60_000_000_000 + unnest([-1, 0, 1]) AS minute FROM scope_from
    EXCEPT
    FROM scope_minute
)
