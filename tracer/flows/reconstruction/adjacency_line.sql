-- Arrivals and roots of each lane in the order of time, cut three times. A run is arrivals and the roots after them, until
-- the next arrival. A period is runs during which work never ended before the next arrival came, so that handlers may
-- have run side by side. A burst is periods with no silence of a second between. top is null for arrivals.
-- `common` is the share of the ten arrivals around that have the same key: a key that all have tells nothing.
-- Nothing that is further away than flow_horizon() has a say in what a root belongs to.
-- Out: flow_line(lane, burst, period, run, top, sends, label, grp, root, turn, orders, start_ns, end_ns, until_ns, trace_id, span_id,
-- topic, key, open, common, beside), beside: an arrival during work.
CREATE OR REPLACE TEMP TABLE flow_line AS
WITH line AS (
    SELECT
        lane, start_ns, trace_id, span_id, NULL AS top, NULL AS sends, NULL AS end_ns,
        label, grp, root, turn, orders, until_ns, topic, key, open,
        list_avg(list_transform(list(key) OVER around, lambda other: CASE WHEN other = key THEN 1 ELSE 0 END)) AS common
    FROM flow_open
    SEMI JOIN flow_root USING (lane)
    WINDOW around AS (
        PARTITION BY lane
        ORDER BY turn
        ROWS BETWEEN 5 PRECEDING AND 5 FOLLOWING EXCLUDE CURRENT ROW
    )
    UNION ALL
    SELECT lane, start_ns, trace_id, span_id, top, sends, end_ns, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM flow_root
),
busy AS (
    SELECT
        *,
        lag(top) OVER timeline IS NOT NULL AS after_root,
        -- the end of the last work that began before; what took longer than the horizon is no handling
        coalesce(max(end_ns) FILTER (NOT sends AND end_ns - start_ns <= flow_horizon()) OVER before, 0) AS worked_ns,
        start_ns - greatest(worked_ns, lag(start_ns) OVER timeline) > 1_000_000_000 AS silence
    FROM line
    WINDOW
        timeline AS (PARTITION BY lane ORDER BY start_ns, top IS NOT NULL, turn, trace_id, span_id),
        before AS (timeline ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT
    * EXCLUDE (after_root, worked_ns, silence),
    top IS NULL AND worked_ns > start_ns AS beside,
    count(CASE WHEN silence THEN 1 END) OVER so_far AS burst,
    count(CASE WHEN top IS NULL AND after_root AND worked_ns <= start_ns THEN 1 END) OVER so_far AS period,
    count(CASE WHEN top IS NULL AND after_root THEN 1 END) OVER so_far AS run
FROM busy
-- ROWS, and no FILTER: DuckDB 1.5.5 takes 27 times as long over a frame of RANGE with one
WINDOW so_far AS (
    PARTITION BY lane ORDER BY start_ns, top IS NOT NULL, turn, trace_id, span_id ROWS UNBOUNDED PRECEDING
);
