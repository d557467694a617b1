-- The events that are wanted, whose rows are in [$first, $last]. Out: found_event, the columns of flow_event.
CREATE OR REPLACE TEMP TABLE found_event AS
SELECT e.* FROM flow_event AS e
SEMI JOIN flow_wanted AS w ON w.node = e.node AND w.id = e.id
WHERE e.at_ns BETWEEN $first AND $last
