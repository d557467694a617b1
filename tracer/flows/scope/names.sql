-- What the traces of the frontier name, and in which batches. Out: scope_from_frontier(trace, key, batch); scope_named gets it.
CREATE OR REPLACE TEMP TABLE scope_from_frontier AS
SELECT r.*
FROM (FROM lake.refs UNION ALL FROM derived_ref) AS r
SEMI JOIN scope_frontier ON scope_frontier.node = r.trace;

INSERT INTO scope_named FROM scope_from_frontier
