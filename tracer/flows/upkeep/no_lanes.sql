-- No lane is new yet. Out: derived_lane.
CREATE OR REPLACE TEMP TABLE derived_lane (lane VARCHAR, side VARCHAR)
