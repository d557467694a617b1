-- Topics that take what failed elsewhere, by their names: asked once for each, not for each event. Out: check_detour(topic).
CREATE OR REPLACE TEMP TABLE check_detour AS
SELECT topic
FROM (SELECT DISTINCT topic FROM check_event)
WHERE flow_is_retry(topic) OR flow_is_dead_letter(topic);

-- Whether a topic takes what failed elsewhere
CREATE OR REPLACE TEMP MACRO check_after_failure(name) AS name IN (SELECT topic FROM check_detour);
