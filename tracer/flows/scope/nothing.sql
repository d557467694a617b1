-- No new spans: everything is in the tables. Out: scope_fresh, derived_ref, derived_lane.
CREATE OR REPLACE TEMP TABLE scope_fresh AS FROM scope_store LIMIT 0;

CREATE OR REPLACE TEMP TABLE derived_ref AS FROM lake.refs LIMIT 0;

CREATE OR REPLACE TEMP TABLE derived_lane (lane VARCHAR)
