-- Which batches hold spans of the nodes at hops $first to $last. Out: one row, a list of numbers.
SELECT coalesce(list(DISTINCT batch), [])
FROM (FROM lake.refs UNION ALL FROM derived_ref) AS r
SEMI JOIN (SELECT node FROM scope_near WHERE hop BETWEEN $first AND $last) AS n ON n.node = r.trace
