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

CREATE OR REPLACE TEMP MACRO check_ln_choose(n, k) AS lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);

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
    -- send is missing, and those of groups without gaps. The first 20,000 do: a few hundred tell. Only if no topic lacks some
    -- of its sends: to count the rest would be to choose
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
    WHERE NOT EXISTS (FROM check_sign WHERE sendless > 0 AND sent > 0)
),
gaps AS (
    -- `within`: on how many traces of the group a sampler would have decided; `in_a_row`: how likely it is that those it left out
    -- stand in so few runs (Wald and Wolfowitz, 1940)
    SELECT
        g.*,
        w.traces AS whole,
        w.traces + g.traces AS within,
        CASE WHEN amid = 0 THEN 1 ELSE exp(
            check_ln_choose(g.traces - 1, amid - 1)
            + check_ln_choose(greatest(w.traces + 1, amid), amid)
            - check_ln_choose(w.traces + g.traces, g.traces)
        ) END AS in_a_row,
        g."group" IN (FROM library) AS library
    FROM lacking AS g
    JOIN check_whole AS w USING ("group")
),
told AS (
    -- whether its gaps tell of a sampler that others may have too: not where they can be none, or it seems to filter
    SELECT *, in_a_row > 0.000_063 AND (library OR whole >= 20 * runs) AS tells
    FROM gaps
),
decided AS (
    -- `everywhere`: on how many traces it would have decided, here, elsewhere, and in the others; `gone`: how many it left out
    SELECT
        g.*,
        greatest(max(whole * sends) OVER (), o.kept)
            + sum(CASE WHEN tells THEN within ELSE 0 END) OVER () + CASE WHEN tells THEN 0 ELSE within END AS everywhere,
        sum(CASE WHEN tells THEN traces ELSE 0 END) OVER () + CASE WHEN tells THEN 0 ELSE traces END AS gone
    FROM told AS g
    CROSS JOIN other AS o
),
tried AS (
    -- how likely it is that a sampler, the same in all services, leaves out just so many, if it leaves out as often as it would
    -- have here, a hundredth at least: what leaves out less is none (Poisson); so many of them in some one of the groups (the
    -- binomial's upper bound); and these in a row
    SELECT
        *,
        exp(gone * ln(expected) - expected - lgamma(gone + 1))
            * exp(least(0, ln(groups) + check_ln_choose(gone, traces) + traces * ln(within / everywhere)))
            * in_a_row AS chance
    FROM (
        SELECT
            *,
            greatest(gone, 0.01 * everywhere) AS expected,
            (SELECT count(DISTINCT "group") FROM check_reader) AS groups
        FROM decided
    )
)
-- groups of which too little else is known to tell gaps from a sampler's: the chance is not under 0.27 % (three standard
-- deviations), or 0.0063 % (four) where another group has gaps too, which makes a sampler likely. It does not choose the moment
-- at which an instance ended, but where others have gaps it may have been there too. Where the group alone has one, nothing
-- tells of it: it leaves out more than one in 15, then
SELECT "group"
FROM tried
WHERE gone > 0 AND chance > CASE WHEN gone = traces THEN 0.0027 ELSE 0.000_063 END
    OR whole < CASE WHEN amid = 0 THEN 5 * runs ELSE 20 + 15 * runs END
    OR amid > 0 AND times >= 3 AND whole < 100 * runs AND NOT library;
