-- The last batch whose spans the derived tables reflect, and by which rules they do; no row when there is none.
SELECT batch, rules FROM lake.covered ORDER BY batch DESC LIMIT 1
