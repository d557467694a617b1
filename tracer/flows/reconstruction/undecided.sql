-- Consumer spans of which neither an attribute nor the name tells whether they received or handled.
-- Out: flow_undecided, rows of flow_span.
CREATE OR REPLACE TEMP VIEW flow_undecided AS
FROM flow_span
WHERE undecided;
