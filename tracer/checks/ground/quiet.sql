-- When instances fell silent of groups that missed events, are behind, got some again or failed on some for good: for longer than
-- a second, or for ever (`to_ns` null). Where one dies, its last spans may die with it; what is `usual` may hide that.
-- Out: check_quiet(instance, from_ns, to_ns, usual).
CREATE OR REPLACE TEMP TABLE check_quiet AS
WITH concerned AS (
    SELECT DISTINCT a.service, a.instance
    FROM check_attempt AS a
    WHERE a."group" IN (SELECT "group" FROM check_passed)
        OR a."group" IN (SELECT "group" FROM check_behind)
        OR a."group" IN (SELECT "group" FROM check_attempt WHERE attempt > 1)
        OR a."group" IN (SELECT "group" FROM check_tried)
),
half AS (
    -- the half seconds in which spans began: a silence of more than half a second lies between two of them. Some
    -- instrumentations tell spans that end before they begin
    SELECT instance, min(start_ns) AS first_ns, max(greatest(start_ns, end_ns)) AS last_ns, count(*) AS spans
    FROM check_span
    WHERE service IN (SELECT service FROM concerned) AND instance IN (SELECT instance FROM concerned)
    GROUP BY instance, start_ns // 500_000_000
),
gap AS (
    SELECT
        instance,
        max(last_ns) OVER so_far AS from_ns,
        lead(first_ns) OVER so_far AS to_ns,
        sum(spans) OVER (PARTITION BY instance) AS spans
    FROM half
    WINDOW so_far AS (PARTITION BY instance ORDER BY first_ns)
    QUALIFY to_ns IS NULL OR to_ns - from_ns > 200_000_000
),
longest AS (
    SELECT
        instance,
        spans,
        to_ns - from_ns AS ns,
        row_number() OVER (PARTITION BY instance ORDER BY to_ns - from_ns DESC) AS place
    FROM gap
    WHERE to_ns IS NOT NULL
),
usual AS (
    -- five times as long as what comes after one span in sixty, and after two others at least than the silence itself
    SELECT instance, greatest(1_000_000_000, 5 * max(ns)) AS gap_ns
    FROM longest
    WHERE place > greatest(2, spans // 60)
    GROUP BY instance
)
SELECT g.instance, g.from_ns, g.to_ns, coalesce(g.to_ns - g.from_ns <= u.gap_ns, false) AS usual
FROM gap AS g
LEFT JOIN usual AS u USING (instance)
WHERE g.to_ns IS NULL OR g.to_ns - g.from_ns > 1_000_000_000;
