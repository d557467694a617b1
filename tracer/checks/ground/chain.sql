-- By way of retry topics one group tries one event again: of each event in between the one that it began with.
-- Out: check_chain(event, group, origin).
CREATE OR REPLACE TEMP TABLE check_chain AS
WITH RECURSIVE step AS (
    SELECT event, "group", source FROM check_sent_on WHERE kind = 'retried'
),
walk AS (
    SELECT event, "group", source AS origin, 1 AS depth
    FROM step
    ANTI JOIN (SELECT event AS source, "group" FROM step) AS before USING (source, "group")
    UNION ALL
    SELECT step.event, step."group", walk.origin, walk.depth + 1
    FROM walk
    JOIN step ON step.source = walk.event AND step."group" = walk."group"
    WHERE walk.depth < 100
)
SELECT event, "group", min(origin) AS origin FROM walk GROUP BY ALL;
