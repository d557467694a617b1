-- Handlers begin in the order in which their messages arrived. A stretch of a lane (a burst in which handlers run side by
-- side, else a period) with as many roots as arrivals, each root after the arrival of its place, tells by that place.
-- Roots of work count; those of sends where the stretch has no work. How sure: each root comes before the next arrival
-- (0.89); the arrivals came in less time than any work takes (0.8, a batch; as much less as there are partitions that
-- may have come first); else 0.8 times the square of the share of works with one send after them: gaps show there.
-- Out: flow_turn(top, label, grp, root, n, confidence), n candidates: one.
CREATE OR REPLACE TEMP TABLE flow_turn AS
WITH stretch AS (
    SELECT 'burst' AS rule, burst AS stretch, * FROM flow_line
    UNION ALL
    SELECT 'period', period, * FROM flow_line
),
size AS (
    SELECT
        rule,
        lane,
        stretch,
        count(*) FILTER (top IS NULL) AS arrivals,
        count(*) FILTER (NOT sends) AS works,
        count(*) FILTER (sends) AS sendings,
        max(start_ns) FILTER (top IS NULL) - min(start_ns) FILTER (top IS NULL)
            < coalesce(
                min(end_ns - start_ns) FILTER (NOT sends), min(end_ns - start_ns) FILTER (sends)
            ) AS batch
    FROM stretch
    GROUP BY rule, lane, stretch
    HAVING arrivals > 1
        AND CASE WHEN works > 0 THEN works ELSE sendings END = arrivals
        AND coalesce(bool_and(open), true)
        AND (rule = 'period' OR bool_or(beside))
        AND max(start_ns) - min(start_ns) <= flow_horizon()
),
placed AS (
    SELECT
        s.* EXCLUDE (open, until_ns, topic, key, common),
        size.batch,
        lead(s.start_ns) OVER place AS next_ns,
        row_number() OVER place AS place
    FROM stretch AS s
    JOIN size USING (rule, lane, stretch)
    WHERE top IS NULL OR NOT sends OR works = 0
    WINDOW place AS (
        PARTITION BY rule, lane, stretch, top IS NULL ORDER BY turn, start_ns, trace_id, span_id
    )
),
pair AS (
    SELECT
        r.top,
        a.label,
        a.grp,
        a.root,
        rule,
        bool_and(coalesce(r.start_ns < a.next_ns, true)) OVER one AS prompt,
        a.batch,
        a.orders,
        avg(CASE WHEN followed.sends = 1 THEN 1 ELSE 0 END) OVER one AS whole
    FROM placed AS a
    JOIN placed AS r USING (rule, lane, stretch, place)
    LEFT JOIN (SELECT work, count(*) AS sends FROM flow_after GROUP BY work) AS followed ON followed.work = r.top
    WHERE a.top IS NULL AND r.top IS NOT NULL
    WINDOW one AS (PARTITION BY rule, lane, stretch)
    QUALIFY bool_and(r.start_ns >= a.start_ns) OVER one
)
SELECT
    top,
    label,
    grp,
    root,
    1 AS n,
    CASE WHEN prompt THEN 0.89 WHEN batch THEN 0.8 / orders ELSE 0.8 * whole * whole END AS confidence
FROM pair
QUALIFY rule = 'burst' OR NOT bool_or(rule = 'burst') OVER (PARTITION BY top);
