-- The attempts that are wanted, whose rows are in [$first, $last]. Out: found_processing, the columns of flow_processing.
CREATE OR REPLACE TEMP TABLE found_processing AS
SELECT p.* FROM flow_processing AS p
SEMI JOIN flow_wanted AS w ON w.node = p.node AND w.id = p.id
WHERE p.at_ns BETWEEN $first AND $last
