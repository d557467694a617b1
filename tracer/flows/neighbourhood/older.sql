-- Events of which only arrivals are in the window: their sends may be before it. Out: flow_wanted(id).
CREATE OR REPLACE TEMP TABLE flow_wanted AS
SELECT id FROM flow_event WHERE send IS NULL
