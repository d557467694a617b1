-- Events that a group seems not to have come to, and that it may have handled all the same: an instance of it fell silent when
-- it would have come to them, or up to ten seconds before they were sent (exporters send every five), and its last spans may
-- have gone with it. Out: check_unsent(group, id, instance).
CREATE OR REPLACE TEMP TABLE check_unsent AS
WITH ended AS (
    SELECT DISTINCT a."group", q.instance, q.from_ns
    FROM check_attempt AS a
    JOIN check_quiet AS q ON q.instance = a.instance
    WHERE NOT q.usual AND a."group" IN (SELECT "group" FROM check_behind)
)
SELECT b."group", b.id, min(e.instance) AS instance
FROM check_behind AS b
JOIN ended AS e ON e."group" = b."group"
WHERE e.from_ns BETWEEN b.produced_ns - 10_000_000_000 AND b.produced_ns + b.patience_ns
GROUP BY b."group", b.id;
