-- The events that a group got, whatever became of them. Only those that it got again are grouped: most it got once.
-- Out: check_handled(event, group, instance, first_ns, last_ns).
CREATE OR REPLACE TEMP TABLE check_handled AS
WITH again AS (SELECT event, "group" FROM check_attempt WHERE attempt > 1)
SELECT event, "group", instance, started_ns AS first_ns, ended_ns AS last_ns
FROM check_attempt
ANTI JOIN again USING (event, "group")
UNION ALL
SELECT
    event,
    "group",
    arg_min(instance, (started_ns, id)) AS instance,
    min(started_ns) AS first_ns,
    max(ended_ns) AS last_ns
FROM check_attempt
SEMI JOIN again USING (event, "group")
GROUP BY event, "group";
