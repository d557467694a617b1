-- The traces whose rows are replaced: every row that the new spans can change belongs to one of them, and all that such a
-- row depends on is in the scope. Out: derived_owner(owner).
CREATE OR REPLACE TEMP TABLE derived_owner AS
SELECT node AS owner FROM scope_near WHERE hop <= $hops AND node % 2 = 0
