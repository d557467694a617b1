-- What is covered now; how far apart rows that lead to one another have ever been is kept.
INSERT INTO lake.covered
SELECT $batch, $rules, least($soonest, min(soonest_ns)), greatest($latest, max(latest_ns))
FROM lake.covered
