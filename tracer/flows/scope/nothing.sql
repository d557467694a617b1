-- Nothing is new: everything is in the tables. Out: derived_ref, derived_lane, scope_told_lane.
CREATE OR REPLACE TEMP TABLE derived_ref AS FROM lake.refs LIMIT 0;

CREATE OR REPLACE TEMP TABLE derived_lane (lane VARCHAR, side VARCHAR);

CREATE OR REPLACE TEMP TABLE scope_told_lane (lane VARCHAR, side VARCHAR);

-- Lanes where there is something to guess: both sides are there.
CREATE OR REPLACE TEMP MACRO scope_mattering() AS TABLE
SELECT lane
FROM (FROM scope_told_lane UNION FROM derived_lane)
GROUP BY lane
HAVING count(*) = 2 OR lane LIKE 'topic|%';
