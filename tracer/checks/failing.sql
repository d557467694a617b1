-- The groups that fail on a topic since some event, and what changed just then, at its producer or of their own. Where their
-- spans are sampled, the share that failed is open, for samplers like to keep errors; but not where the sampler cannot know
-- how a trace ends. There it is open only whether more than half of all fail (one-sided, 95 %, by the normal approximation).
-- Out: the columns of Found, first, error, since, sampled, dead_letters, and of the change: side, what, now, before, who.
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
    coalesce(r.service IN (FROM check_sampled), false) AS sampled,
    (1 - 0.5 ** b.count)::DOUBLE AS confidence,
    CASE
        WHEN r.service IN (FROM check_sampled_evenly) AND 2 * b.count - b.since < 1.64 * sqrt(b.since)
            THEN 'its spans are sampled, and these are too few to tell whether more than half of all fail'
        WHEN r.service IN (FROM check_sampled) AND r.service NOT IN (FROM check_sampled_evenly)
            THEN 'spans of its service tell of sampling, and those that fail may be kept more often than the others'
    END AS doubt
FROM check_broken AS b
LEFT JOIN check_reader AS r USING ("group", topic)
LEFT JOIN gone USING ("group", topic)
LEFT JOIN check_change AS x USING ("group", topic, kind_of_all)
ORDER BY count DESC, topic, "group", first_ns;
