-- Whether enough else is known of groups with gaps to tell these from spans that are missing (coverage).
-- Out: check_whole(group, traces (in which it handled events), sendless, sampled), and check_few(group): of which too little is.
CREATE OR REPLACE TEMP TABLE check_whole AS
SELECT
    r."group",
    any_value(t.traces) AS traces,
    sum(g.sendless) AS sendless,
    bool_or(r.service IN (FROM check_sampled)) AS sampled
FROM check_reader AS r
JOIN check_sign AS g USING (topic)
JOIN (
    SELECT "group", count(DISTINCT hash(trace_id)) AS traces FROM check_attempt SEMI JOIN check_gap USING ("group") GROUP BY "group"
) AS t USING ("group")
GROUP BY r."group";

CREATE OR REPLACE TEMP TABLE check_few AS
WITH library AS (
    -- groups whose spans an instrumentation makes, which sees all that the client hands out
    SELECT a."group"
    FROM (
        SELECT "group", arg_max({'trace_id': trace_id, 'span_id': span_id}, (started_ns, id)) AS last
        FROM check_attempt
        SEMI JOIN check_gap USING ("group")
        GROUP BY "group"
    ) AS a
    JOIN check_span AS s ON s.trace_id = a.last.trace_id AND s.span_id = a.last.span_id
    WHERE regexp_matches(s.scope_name, '(^|[^a-z])(opentelemetry|otel\w*|kotel|event-tracer)', 'i')
),
trace AS (
    -- in how many traces a group handled events, and in how many these were sent; of some 100,000 attempts where there are more.
    -- `apart`: not in batches, events that were sent in different traces were handled in different ones
    SELECT
        a."group",
        count(DISTINCT a.trace_id) AS traces,
        count(DISTINCT e.trace_id) AS sent_in,
        bool_and(a.trace_id = e.trace_id) OR count(*) = count(DISTINCT a.trace_id) AS apart
    FROM check_attempt AS a
    SEMI JOIN check_gap USING ("group")
    JOIN check_event AS e ON e.id = a.event
    WHERE a.attempt = 1 AND hash(a.trace_id) % greatest(1, (SELECT count(*) FROM check_attempt) // 100_000) = 0
    GROUP BY a."group"
),
lacking AS (
    -- `amid`: those where no instance ended, `traces` how many a sampler would have to leave out for them: it decides on all at
    -- once that a group handles in one trace
    SELECT
        c."group",
        sum(c.runs) AS runs,
        sum(c.amid) AS amid,
        greatest(sum(c.amid), CASE WHEN any_value(t.apart) THEN sum(c.sent_in) END) AS traces,
        -- where sends of its topics are missing too, those that are there were chosen
        CASE WHEN max(g.unsent) = 0 THEN any_value(t.sent_in / t.traces) ELSE 0 END AS sends,
        max(c.times) AS times
    FROM check_gap AS c
    JOIN check_sign AS g USING (topic)
    LEFT JOIN trace AS t USING ("group")
    WHERE c.reason IS NULL
    GROUP BY c."group"
),
other AS (
    -- what a sampler decided on elsewhere, each time to keep it: traces of services in which they sent what somebody got, where no
    -- send is missing, and those of groups without gaps. The first 20,000 do: a few hundred tell. Only if it left out none there:
    -- where another group has gaps, or a topic lacks some of its sends, to count the rest would be to choose
    SELECT count(DISTINCT hash(place, trace_id)) AS kept
    FROM (
        (
            SELECT a."group" AS place, a.trace_id
            FROM check_attempt AS a
            WHERE a."group" NOT IN (SELECT "group" FROM lacking)
            LIMIT 20_000
        )
        UNION ALL
        (
            SELECT 'by ' || e.service, e.trace_id
            FROM check_event AS e
            SEMI JOIN check_attempt AS a ON a.event = e.id
            WHERE e.produced_ns IS NOT NULL AND e.topic IN (SELECT topic FROM check_sign WHERE sendless = 0)
            LIMIT 20_000
        )
    )
    WHERE (SELECT count(*) FROM lacking) = 1 AND NOT EXISTS (FROM check_sign WHERE sendless > 0 AND sent > 0)
),
tried AS (
    -- `within`: on how many traces of the group a sampler would have decided, and `elsewhere`; `expected`: how many it would have
    -- left out, if it leaves out as often as it would have here, a hundredth at least: what leaves out less is none
    SELECT *, greatest(gaps, 0.01 * (within + elsewhere)) AS expected
    FROM (
        SELECT
            g.*,
            g.traces AS gaps,
            w.traces AS whole,
            w.traces + g.traces AS within,
            greatest(w.traces * g.sends, o.kept) AS elsewhere
        FROM lacking AS g
        CROSS JOIN other AS o
        JOIN check_whole AS w USING ("group")
    )
)
-- groups of which too little else is known to tell gaps from a sampler's. That does not choose the moment at which an instance
-- ended. Where all services have the same, the chance that it leaves out just so many (Poisson), all of them of one of the
-- groups, and events in a row together, is under 0.27 % (three standard deviations). Where the group alone has one, nothing
-- tells of it: it leaves out more than one in 15, then
SELECT "group"
FROM tried
WHERE CASE
    WHEN amid = 0 THEN whole < 5 * runs
    ELSE whole < 20 + 15 * runs
        OR exp(gaps * ln(expected) - expected - lgamma(gaps + 1))
            * (within / (within + elsewhere)) ** gaps
            * (SELECT count(DISTINCT "group") FROM check_reader)
            * least(1, gaps * (gaps - 1) / within) ** (gaps - amid) > 0.0027
        OR times >= 3 AND whole < 100 * runs AND "group" NOT IN (FROM library)
END;
