-- Events that a group passed without handling them, by group and topic. A verdict needs what shows that spans are whole: no
-- sign of sampling, few gaps against the traces in which the group handled others (coverage), and an instance that went on.
-- Spans that a service's own code makes may begin behind a filter: gaps at several times need the more others.
-- Where an instance fell silent in the gap its last spans may be unsent: that leaves it open, unless it showed spans after
-- the event before the gap and would have come to the events before its last, as those before waited: then likely lost. So
-- it is where the gap is long against those before, and, where no offset is told, when any instance of the group fell silent
-- meanwhile. An instance that is often idle (`idle`) may have ended unseen: less sure.
-- What nobody got, though several groups passed it or offsets are told of no event, was aborted or not kept by the broker,
-- perhaps; and where most had another of its key behind it before the group came there, the topic may be compacted.
-- Out: the columns of Found, died, instance.
WITH refused AS (
    -- a send that failed put nothing on the broker
    SELECT p.event
    FROM (SELECT DISTINCT event FROM check_passed) AS p
    JOIN check_event AS e ON e.id = p.event
    JOIN (SELECT trace_id, span_id, start_ns FROM check_span WHERE failed) AS s
        ON s.start_ns = e.produced_ns AND s.trace_id = e.trace_id AND s.span_id = e.span_id
),
missed AS (
    SELECT p.*, p.event NOT IN (SELECT event FROM check_handled SEMI JOIN check_passed USING (event)) AS nowhere
    FROM check_passed AS p
    JOIN check_scope AS s ON p.produced_ns BETWEEN s.since_ns AND s.until_ns
    WHERE p.event NOT IN (FROM refused) AND p.after_ns < s.now_ns - check_grace()
),
hole AS (
    -- topics with more offsets that are told of no event than there are events whose offset is not told: transactions
    -- leave marks there, compaction takes records away
    SELECT topic
    FROM (
        SELECT topic, max(off) - min(off) + 1 - count(DISTINCT off) AS holes, count(*) FILTER (lane IS NULL) AS unplaced
        FROM check_event
        SEMI JOIN (SELECT topic FROM missed WHERE nowhere) USING (topic)
        GROUP BY topic, lane
    )
    GROUP BY topic
    HAVING sum(holes) > sum(unplaced)
),
nobody AS (
    SELECT
        n.event,
        CASE
            WHEN n.groups > 1 THEN 'no other group got them either: they were in an aborted transaction, or the broker lost them'
            WHEN n.topic IN (FROM hole)
                THEN 'nobody got them, and no span tells of other offsets of the topic: it is written in transactions, or compacted'
        END AS reason
    FROM (SELECT event, topic, count(DISTINCT "group") AS groups FROM missed WHERE nowhere GROUP BY event, topic) AS n
),
keyed AS (SELECT id, topic, key, trace_id FROM check_event WHERE id IN (SELECT event FROM missed)),
later AS (
    SELECT id, lead(produced_ns) OVER (PARTITION BY topic, key ORDER BY produced_ns, id) AS next_ns
    FROM check_event
    SEMI JOIN keyed USING (topic, key)
),
weighed AS (
    -- the group was late already, or came there later than a log cleaner waits by default (`log.cleaner.backoff.ms`, 15 s). Where
    -- no key is told, only the former by as much tells of it
    SELECT
        m.*,
        coalesce(k.trace_id, m.event) AS sent_in,
        n.reason,
        CASE
            WHEN k.key IS NULL THEN m.queue_ns > 15_000_000_000
            WHEN m.queue_ns > 2_000_000_000 OR m.after_ns > m.produced_ns + 15_000_000_000 THEN coalesce(l.next_ns < m.after_ns, false)
            ELSE false
        END AS stale
    FROM missed AS m
    JOIN keyed AS k ON k.id = m.event
    LEFT JOIN later AS l ON l.id = m.event
    LEFT JOIN nobody AS n ON n.event = m.event
),
run AS (
    SELECT
        m."group", m.topic, m.line, m.run, m.reason,
        any_value(m.before_instance) AS instance,
        any_value(m.placed) AS placed,
        list(m.event ORDER BY m.pos, m.event) AS events,
        count(*) AS count,
        count(DISTINCT m.sent_in) AS sent_in,
        count(*) FILTER (m.stale) AS stale,
        min(m.produced_ns) AS first_ns,
        max(m.produced_ns) AS last_ns,
        any_value(m.before_ns) AS before_ns,
        any_value(m.after_ns) AS after_ns,
        max(m.queue_ns) AS queue_ns
    FROM weighed AS m
    GROUP BY ALL
),
member AS (SELECT DISTINCT "group", instance FROM check_attempt),
end_of_life AS (
    SELECT
        r."group", r.line, r.run,
        arg_min({'at': q.from_ns, 'instance': q.instance}, q.from_ns) FILTER (NOT q.usual) AS ended,
        count(*) FILTER (NOT q.usual) AS ends,
        bool_or(q.usual AND q.from_ns <= r.last_ns + r.queue_ns + 1_000_000_000 AND q.to_ns > r.first_ns + 1_000_000_000) AS idle
    FROM run AS r
    JOIN member AS m ON m."group" = r."group" AND (m.instance = r.instance OR NOT r.placed)
    JOIN check_quiet AS q ON q.instance = m.instance
    WHERE q.from_ns < r.after_ns
        AND q.from_ns >= CASE WHEN r.placed THEN r.before_ns ELSE least(r.before_ns, r.first_ns) END - 1_000_000_000
        AND coalesce(q.to_ns, r.after_ns) > CASE WHEN r.placed THEN r.before_ns ELSE r.first_ns END
    GROUP BY ALL
),
pace AS (
    -- how far apart a group began events of a line
    SELECT h."group", r.line, h.first_ns - lag(h.first_ns) OVER (PARTITION BY h."group", r.line ORDER BY h.first_ns, h.event) AS apart_ns
    FROM check_handled AS h
    JOIN (SELECT DISTINCT "group", topic, line FROM run WHERE NOT placed) AS r USING ("group", topic)
    UNION ALL
    SELECT h."group", r.line, h.first_ns - lag(h.first_ns) OVER (PARTITION BY h."group", r.line ORDER BY h.first_ns, h.event)
    FROM check_handled AS h
    JOIN (SELECT DISTINCT "group", line FROM run WHERE placed) AS r ON r."group" = h."group" AND r.line = h.lane
),
usual AS (SELECT "group", line, quantile_disc(apart_ns, 0.5) AS apart_ns FROM pace GROUP BY ALL),
silent AS (
    SELECT
        r.* EXCLUDE (instance),
        coalesce(l.ended.instance, r.instance) AS instance,
        l.ended IS NOT NULL AS died,
        coalesce(l.ends, 0) AS ends,
        coalesce(l.idle, false) AS idle,
        CASE
            WHEN l.ended IS NOT NULL THEN l.ended.at
            WHEN r.after_ns - r.before_ns > greatest(1_000_000_000, 20 * u.apart_ns) THEN r.before_ns
        END AS ended_ns
    FROM run AS r
    LEFT JOIN usual AS u USING ("group", line)
    LEFT JOIN end_of_life AS l USING ("group", line, run)
),
told AS (
    -- what it did between two ends is not known, nor how long it needed where it handled none shortly before
    SELECT
        *,
        ended_ns IS NOT NULL
            AND (ends > 1 OR queue_ns IS NULL OR greatest(last_ns + queue_ns, before_ns + 1_000_000) > ended_ns) AS open
    FROM silent
),
cause AS (
    SELECT
        t."group",
        t.topic,
        t.reason,
        count(*) AS runs,
        count(*) FILTER (t.ended_ns IS NULL) AS amid,
        sum(t.sent_in) FILTER (t.ended_ns IS NULL) AS sent_in,
        count(DISTINCT t.first_ns // 10_000_000_000) AS times,
        sum(t.count)::BIGINT AS count,
        min(t.first_ns) AS first_ns,
        max(t.last_ns) AS last_ns,
        flatten(list(t.events ORDER BY t.first_ns, t.line)) AS evidence,
        bool_or(t.died) AS died,
        bool_or(t.ended_ns IS NOT NULL) AS ended,
        bool_or(t.idle) AS idle,
        bool_or(t.open) AS open,
        bool_and(t.placed) AS placed,
        sum(t.stale) * 2 > sum(t.count) AS stale,
        arg_min(t.instance, (t.first_ns, t.line)) AS instance
    FROM told AS t
    GROUP BY ALL
),
library AS (
    -- groups whose spans an instrumentation makes, which sees all that the client hands out
    SELECT a."group"
    FROM (
        SELECT "group", arg_max({'trace_id': trace_id, 'span_id': span_id}, (started_ns, id)) AS last
        FROM check_attempt
        SEMI JOIN cause USING ("group")
        GROUP BY "group"
    ) AS a
    JOIN check_span AS s ON s.trace_id = a.last.trace_id AND s.span_id = a.last.span_id
    WHERE regexp_matches(s.scope_name, '(^|[^a-z])(opentelemetry|otel\w*|kotel|event-tracer)', 'i')
),
whole AS (
    SELECT
        r."group",
        any_value(t.traces) AS traces,
        sum(g.sendless) AS sendless,
        bool_or(r.service IN (FROM check_sampled)) AS sampled
    FROM check_reader AS r
    JOIN check_sign AS g USING (topic)
    JOIN (
        SELECT "group", count(DISTINCT hash(trace_id)) AS traces FROM check_attempt SEMI JOIN cause USING ("group") GROUP BY "group"
    ) AS t USING ("group")
    GROUP BY r."group"
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
    SEMI JOIN cause USING ("group")
    JOIN check_event AS e ON e.id = a.event
    WHERE a.attempt = 1 AND hash(a.trace_id) % greatest(1, (SELECT count(*) FROM check_attempt) // 100_000) = 0
    GROUP BY a."group"
),
gap AS (
    -- `amid`: those where no instance ended, `traces` how many a sampler would have to leave out for them: it decides on all at
    -- once that a group handles in one trace
    SELECT
        c."group",
        sum(c.runs) AS runs,
        sum(c.amid) AS amid,
        greatest(sum(c.amid), CASE WHEN any_value(t.apart) THEN sum(c.sent_in) END) AS traces,
        any_value(t.sent_in / t.traces) AS sends,
        max(c.times) AS times
    FROM cause AS c
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
            WHERE a."group" NOT IN (SELECT "group" FROM gap)
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
    WHERE (SELECT count(*) FROM gap) = 1 AND NOT EXISTS (FROM check_sign WHERE sendless > 0 AND sent > 0)
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
        FROM gap AS g
        CROSS JOIN other AS o
        JOIN whole AS w USING ("group")
    )
),
few AS (
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
    END
)
SELECT
    c."group" AS subject,
    c.* EXCLUDE (runs, amid, sent_in, times, ended, idle, open, placed, stale, reason),
    CASE WHEN c.ended AND c.placed THEN 0.7 WHEN c.ended THEN 0.6 WHEN NOT c.placed THEN 0.8 ELSE 0.95 END::DOUBLE AS confidence,
    CASE
        WHEN w.sampled THEN 'spans of its service tell of sampling'
        WHEN w.sendless > 0
            THEN w.sendless || ' events came to it whose sends no span tells: spans are missing, by sampling or otherwise'
        WHEN c.reason IS NOT NULL THEN c.reason
        WHEN c.stale
            THEN 'it came there long after they were sent, and others of their keys followed: where the topic is compacted they were gone'
        WHEN c.reason IS NULL AND c."group" IN (FROM few)
            THEN 'too many gaps for the ' || w.traces || ' traces in which it handled others: they may be sampled, or it may filter'
        WHEN c.open AND c.died THEN c.instance || ' fell silent there, and its last spans may have gone with it'
        WHEN c.idle
            THEN c.instance || ' did nothing then for over a second, as often: it may have begun anew, and lost its last spans'
        WHEN c.open THEN 'it handled nothing there for longer than usual, as if spans of it were missing'
    END AS doubt
FROM cause AS c
JOIN whole AS w USING ("group")
ORDER BY count DESC, topic, "group";
