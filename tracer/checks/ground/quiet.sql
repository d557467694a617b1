-- When instances fell silent of groups that missed events, are behind or got some again: for longer than a second, or for good (`to_ns`
-- null). Where one dies, its last spans may die with it; what is `usual` may hide that. Out: check_quiet(instance, from_ns, to_ns, usual).
CREATE OR REPLACE TEMP TABLE check_quiet AS
WITH concerned AS (
    SELECT DISTINCT a.service, a.instance
    FROM check_attempt AS a
    WHERE a."group" IN (SELECT "group" FROM check_passed)
        OR a."group" IN (SELECT "group" FROM check_behind)
        OR a."group" IN (SELECT "group" FROM check_attempt WHERE attempt > 1)
),
activity AS (
    SELECT
        instance,
        max(end_ns) OVER so_far AS until_ns,
        lead(start_ns) OVER (PARTITION BY instance ORDER BY start_ns, end_ns) AS next_ns
    FROM check_span
    WHERE service IN (SELECT service FROM concerned) AND instance IN (SELECT instance FROM concerned)
    WINDOW so_far AS (PARTITION BY instance ORDER BY start_ns, end_ns)
),
usual AS (
    SELECT instance, greatest(1_000_000_000, 5 * quantile_disc(next_ns - until_ns, 0.95)) AS gap_ns
    FROM activity
    WHERE next_ns > until_ns
    GROUP BY instance
)
SELECT a.instance, a.until_ns AS from_ns, a.next_ns AS to_ns, coalesce(a.next_ns - a.until_ns <= u.gap_ns, false) AS usual
FROM activity AS a
LEFT JOIN usual AS u USING (instance)
WHERE a.next_ns IS NULL OR a.next_ns - a.until_ns > 1_000_000_000;
