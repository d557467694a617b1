-- The search begins at the traces in scope_seed. Out: scope_near(node, hop), scope_frontier(node).
CREATE OR REPLACE TEMP TABLE scope_near AS SELECT DISTINCT node, 0 AS hop FROM scope_seed;

CREATE OR REPLACE TEMP TABLE scope_frontier AS SELECT node FROM scope_near
