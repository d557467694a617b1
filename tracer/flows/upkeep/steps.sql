-- How long after what leads to it a row of the scope is, at least and at most. Out: one row.
SELECT coalesce(min(after_ns), 0), coalesce(max(after_ns), 0)
FROM (
    SELECT p.started_ns - e.at_ns AS after_ns
    FROM flow_processing AS p
    JOIN upkeep_event AS e USING (label)
    UNION ALL
    SELECT at_ns - source_ns
    FROM upkeep_cause
)
