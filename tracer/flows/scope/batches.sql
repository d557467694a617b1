-- Which batches hold spans of the nodes at hops $first to $last. Out: one row, a list of numbers.
SELECT coalesce(list(DISTINCT batch), [])
FROM scope_named AS r
SEMI JOIN (SELECT node FROM scope_near WHERE hop BETWEEN $first AND $last) AS n ON n.node = r.trace
