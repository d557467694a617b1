-- Lanes that matter, and what is known of them in the course of a search: the minutes that are read, and their spans.
-- Out: scope_told_lane(lane, side), what the lake knows; scope_lane(lane), scope_minute(minute), scope_item(lane, start_ns, node).
CREATE OR REPLACE TEMP TABLE scope_told_lane AS FROM lake.lanes;

CREATE OR REPLACE TEMP TABLE scope_lane AS FROM scope_mattering();

CREATE OR REPLACE TEMP TABLE scope_minute (minute BIGINT);

CREATE OR REPLACE TEMP TABLE scope_item (lane VARCHAR, start_ns BIGINT, node UINTEGER);

SELECT count(*) FROM scope_lane
