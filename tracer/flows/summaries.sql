-- Events of flow_page, of [$oldest, $newest], that match, newest first, with their deliveries, whose rows are in [$first, $last]:
-- the fields of model.Event, then the counts. Of trace and span ids the first six characters at least are asked for: fewer are in too many.
WITH attempt AS (
    SELECT page.id AS event, p.grp, p.attempt, p.outcome, p.at_ns, p.queue_ns, p.error, p.trace_id, p.span_id
    FROM lake.processings AS p
    JOIN flow_page AS page ON page.node = p.node AND page.id = split_part(p.id, '#', 1)
    WHERE p.at_ns BETWEEN $first AND $last
),
delivery AS (
    SELECT
        event,
        grp AS "group",
        count(*) AS attempts,
        arg_max(outcome, attempt) AS outcome,
        arg_max(struct_pack(started_ns := at_ns, queue_ns), attempt) AS latest
    FROM attempt
    GROUP BY event, grp
),
per_event AS (
    SELECT
        event,
        count(*) AS deliveries,
        sum(attempts)::INTEGER AS attempts,
        histogram(outcome) AS outcomes,
        list("group") AS groups,
        arg_max(latest.queue_ns, latest.started_ns) AS last_queue_ns
    FROM delivery
    GROUP BY event
),
told AS (
    SELECT
        p.event,
        string_agg(p.error, chr(10)) AS errors,
        string_agg(concat(chr(10), p.trace_id, chr(10), p.span_id), '') AS ids  -- each after a line's end
    FROM attempt AS p
    WHERE $text IS NOT NULL
    GROUP BY p.event
)
SELECT
    e.id, e.system, e.topic, try_cast(e.part AS INTEGER), CASE WHEN e.coordinates IS NOT NULL THEN e.off END, e.key,
    e.message_id, e.produced_ns, e.service, e.trace_id, e.span_id, e.cluster,
    e.acknowledged_ns, e.instance, e.host, e.disputed,
    coalesce(d.deliveries, 0), coalesce(d.attempts, 0), d.outcomes, d.last_queue_ns,
    e.id IN (SELECT target FROM lake.causes WHERE kind = 'dead-lettered' AND at_ns BETWEEN $oldest AND $newest)
FROM flow_page AS e
LEFT JOIN per_event AS d ON d.event = e.id
LEFT JOIN told ON told.event = e.id
WHERE (
    $group IS NULL AND $outcome IS NULL
    OR e.id IN (
        SELECT event FROM delivery
        WHERE ($group IS NULL OR "group" = $group) AND ($outcome IS NULL OR outcome = $outcome)
    )
)
    AND ($text IS NULL OR list_aggregate(
        list_transform(
            string_split_regex(trim(lower($text)), '\s+'),
            lambda word:
                contains(
                    lower(concat_ws(chr(10), e.id, e.topic, e.key, e.service, array_to_string(d.groups, chr(10)), told.errors)),
                    word
                )
                OR length(word) >= 6
                AND contains(concat(chr(10), e.trace_id, chr(10), e.span_id, told.ids), chr(10) || word)
        ), 'bool_and'
    ))
ORDER BY e.at_ns DESC, e.id DESC
LIMIT $limit
