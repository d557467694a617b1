-- One hop: from what the traces of the frontier name (names.sql) to the traces that name it too.
-- Out: scope_frontier(node), the nodes that are new; scope_near has them with their hop.
CREATE OR REPLACE TEMP TABLE scope_key AS
SELECT key AS node FROM scope_from_frontier
UNION
FROM scope_frontier;

CREATE OR REPLACE TEMP TABLE scope_frontier AS
SELECT DISTINCT node
FROM (
    SELECT r.trace AS node
    FROM (FROM lake.refs UNION ALL FROM derived_ref) AS r
    SEMI JOIN scope_key ON scope_key.node = r.key
    UNION ALL
    FROM scope_key
)
ANTI JOIN scope_near USING (node);

INSERT INTO scope_near SELECT node, $hop FROM scope_frontier
