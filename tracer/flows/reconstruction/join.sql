-- The messages of flow_join become one with their heads; what they rest on is kept for each span of theirs. flow_join is
-- empty afterwards.
INSERT INTO flow_joined
SELECT l.node, j.method, j.confidence, j.detail
FROM flow_join AS j
JOIN flow_label AS l USING (label);

UPDATE flow_label
SET label = j.head
FROM flow_join AS j
WHERE j.label = flow_label.label;

DELETE FROM flow_join;
