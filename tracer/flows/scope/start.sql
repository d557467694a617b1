-- The search begins at the traces in scope_seed. Out: scope_near(node, hop), scope_frontier(node);
-- scope_named(trace, key, batch), what the traces found name, none yet.
CREATE OR REPLACE TEMP TABLE scope_near AS SELECT DISTINCT node, 0 AS hop FROM scope_seed;

CREATE OR REPLACE TEMP TABLE scope_frontier AS SELECT node FROM scope_near;

CREATE OR REPLACE TEMP TABLE scope_named AS FROM derived_ref LIMIT 0
