-- The causes found so far are nodes to go down from, as those that were asked for are.
INSERT INTO flow_seen
SELECT id, node, event, 0, at_ns FROM flow_seen WHERE depth < 0
