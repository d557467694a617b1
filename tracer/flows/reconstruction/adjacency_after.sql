-- Sends that come after work: the root of a send that begins when the last root of work before it ended is likely of the
-- same handler. Out: flow_after(top, work).
CREATE OR REPLACE TEMP TABLE flow_after AS
WITH send AS (SELECT lane, burst, top, start_ns FROM flow_line WHERE sends),
work AS (SELECT lane, burst, top AS work, end_ns FROM flow_line WHERE NOT sends)
SELECT top, work
FROM send
ASOF JOIN work ON send.lane = work.lane AND send.burst = work.burst AND send.start_ns >= work.end_ns;
