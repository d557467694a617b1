-- The groups that fail on a topic since some event, and what changed just then, at its producer or of their own. Where their
-- spans are sampled, the share that failed is open: samplers like to keep errors.
-- Out: the columns of Found, first, error, since, dead_letters, and of the change: side, what, now, before, who.
WITH gone AS (
    SELECT d."group", d.topic, list_sort(list(DISTINCT o.topic)) AS dead_letters
    FROM check_sent_on AS o
    LEFT JOIN check_chain AS c ON c.event = o.source AND c."group" = o."group"
    JOIN check_delivery AS d ON d.event = coalesce(c.origin, o.source) AND d."group" = o."group"
    WHERE o.kind = 'dead-lettered'
    GROUP BY ALL
)
SELECT
    b."group" AS subject,
    b.* EXCLUDE (kind_of_all, events),
    gone.dead_letters,
    x.* EXCLUDE ("group", topic, kind_of_all),
    (1 - 0.5 ** b.count)::DOUBLE AS confidence,
    CASE
        WHEN r.service IN (FROM check_sampled)
            THEN 'spans of its service tell of sampling, and those that fail may be kept more often than the others'
    END AS doubt
FROM check_broken AS b
LEFT JOIN check_reader AS r USING ("group", topic)
LEFT JOIN gone USING ("group", topic)
LEFT JOIN check_change AS x USING ("group", topic, kind_of_all)
ORDER BY count DESC, topic, "group", first_ns;
