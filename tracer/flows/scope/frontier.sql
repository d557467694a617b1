-- How many nodes the last hop has found.
SELECT count(*) FROM scope_frontier
