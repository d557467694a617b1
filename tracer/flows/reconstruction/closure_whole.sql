-- The causes found so far are nodes to go down from, as those that were asked for are.
INSERT INTO flow_seen
SELECT DISTINCT id, 0 FROM flow_seen WHERE depth < 0;
