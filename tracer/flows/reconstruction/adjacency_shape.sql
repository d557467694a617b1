-- How regular a lane is around each run. Where every arrival is followed by the same work, nothing is missing and handlers
-- run one after the other; where runs differ, spans were sampled away, or handlers run side by side unseen.
-- `regular`: of the five runs before and after, within the horizon, the share with one arrival and as much work (as many
-- sends, where there is no work) as this one; between 0 and 1, a half where there are none.
-- Out: flow_shape(lane, run, arrivals, works, beside, regular).
CREATE OR REPLACE TEMP TABLE flow_shape AS
WITH run AS (
    SELECT
        lane,
        run,
        any_value(period) AS period,
        min(start_ns) AS start_ns,
        count(*) FILTER (top IS NULL) AS arrivals,
        count(*) FILTER (NOT sends) AS works,
        CASE WHEN works > 0 THEN 0 ELSE count(*) FILTER (sends) END AS sendings,
        bool_or(beside) AS beside
    FROM flow_line
    GROUP BY lane, run
),
around AS (
    SELECT
        * EXCLUDE (beside),
        bool_or(beside) OVER (PARTITION BY lane, period) AS beside,
        list_filter(
            list({'start_ns': start_ns, 'alike': arrivals = 1, 'works': works, 'sendings': sendings}) OVER (
                PARTITION BY lane ORDER BY run ROWS BETWEEN 5 PRECEDING AND 5 FOLLOWING EXCLUDE CURRENT ROW
            ),
            lambda near: abs(near.start_ns - start_ns) <= flow_horizon()
        ) AS near
    FROM run
)
SELECT
    lane,
    run,
    arrivals,
    works,
    beside,
    (
        len(list_filter(coalesce(near, []), lambda other: other.alike AND other.works = works AND other.sendings = sendings)) + 0.5
    ) / (coalesce(len(near), 0) + 1) AS regular
FROM around;
