-- Roots that no place tells: the attempts that arrived last before, with no other root between. How sure depends on how
-- regular the lane is there, and falls with the time that nothing happened before the root, by half in 10 s. Where
-- handlers run side by side the work of earlier arrivals may begin as well: 0.3. A send like one before it in an irregular
-- run is likely that of a message whose arrival left no span.
-- Out: flow_last(top, label, grp, root, n, confidence), n candidates.
CREATE OR REPLACE TEMP TABLE flow_last AS
WITH rooted AS (
    SELECT
        l.*,
        l.start_ns - lag(coalesce(l.end_ns, l.start_ns)) OVER timeline AS idle_ns,
        row_number() OVER (
            PARTITION BY l.lane, l.run, l.top IS NULL, s.topic ORDER BY l.start_ns, l.trace_id, l.span_id
        ) > 1
            AND l.sends AS again
    FROM flow_line AS l
    LEFT JOIN flow_span AS s ON s.sid = l.top
    WINDOW timeline AS (PARTITION BY l.lane ORDER BY l.start_ns, l.top IS NOT NULL, l.turn, l.trace_id, l.span_id)
)
SELECT
    r.top,
    a.label,
    a.grp,
    a.root,
    shape.arrivals AS n,
    CASE
        WHEN shape.beside THEN 0.3
        WHEN shape.arrivals > 1 THEN 0.6
        WHEN shape.works > 0 THEN least(0.89, 0.35 + 0.7 * shape.regular)
        ELSE 0.89 * shape.regular ^ 0.75
    END
    * CASE WHEN r.again AND shape.regular < 0.6 THEN 0.2 ELSE 1 END
    / (1 + greatest(r.idle_ns, 0) / 10_000_000_000)
    / shape.arrivals AS confidence
FROM rooted AS r
JOIN flow_shape AS shape USING (lane, run)
JOIN flow_line AS a USING (lane, run)
WHERE r.top IS NOT NULL
    AND r.top NOT IN (SELECT top FROM flow_turn)
    AND shape.arrivals <= 8
    AND a.top IS NULL AND a.open
    AND r.start_ns BETWEEN a.start_ns AND a.until_ns;
