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
    -- the half seconds in which spans began: a silence of more than one second lies between two of them
    SELECT instance, min(start_ns) AS first_ns, max(end_ns) AS last_ns
    FROM check_span
    WHERE service IN (SELECT service FROM concerned) AND instance IN (SELECT instance FROM concerned)
    GROUP BY instance, start_ns // 500_000_000
),
silence AS (
    SELECT instance, max(last_ns) OVER so_far AS from_ns, lead(first_ns) OVER so_far AS to_ns
    FROM half
    WINDOW so_far AS (PARTITION BY instance ORDER BY first_ns)
    QUALIFY to_ns IS NULL OR to_ns - from_ns > 1_000_000_000
),
member AS (SELECT instance, row_number() OVER () AS n FROM silence WHERE to_ns IS NOT NULL GROUP BY instance),
activity AS (
    -- by numbers: sorted far faster than words
    SELECT
        m.n,
        max(s.end_ns) OVER so_far AS until_ns,
        lead(s.start_ns) OVER (PARTITION BY m.n ORDER BY s.start_ns, s.end_ns) AS next_ns
    FROM check_span AS s
    JOIN member AS m USING (instance)
    WHERE s.service IN (SELECT service FROM concerned)
    WINDOW so_far AS (PARTITION BY m.n ORDER BY s.start_ns, s.end_ns)
),
gap AS (
    -- in between them, and how many there are; a fifth of a second and less are usual
    SELECT n, gaps, ns, row_number() OVER (PARTITION BY n ORDER BY ns DESC) AS place
    FROM (
        SELECT n, next_ns - until_ns AS ns, count(*) OVER (PARTITION BY n) AS gaps
        FROM activity
        WHERE next_ns > until_ns
        QUALIFY ns > 200_000_000
    )
),
usual AS (
    -- five times as long as one gap in twenty is, and two others at least than the silence itself
    SELECT n, greatest(1_000_000_000, 5 * max(ns)) AS gap_ns
    FROM gap
    WHERE place > greatest(2, gaps // 20)
    GROUP BY n
)
SELECT s.instance, s.from_ns, s.to_ns, coalesce(s.to_ns - s.from_ns <= u.gap_ns, false) AS usual
FROM silence AS s
LEFT JOIN member AS m USING (instance)
LEFT JOIN usual AS u USING (n);
