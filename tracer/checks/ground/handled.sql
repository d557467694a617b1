-- The events that a group got, whatever became of them. Out: check_handled(event, group, instance, first_ns, last_ns).
CREATE OR REPLACE TEMP TABLE check_handled AS
SELECT
    event,
    "group",
    arg_min(instance, (started_ns, id)) AS instance,
    min(started_ns) AS first_ns,
    max(ended_ns) AS last_ns
FROM check_attempt
GROUP BY event, "group";
