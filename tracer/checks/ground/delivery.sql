-- What became of each event in each group, retries by way of other topics included: the outcome is that of the last attempt.
-- Where a retry is on its way `outcome` is 'retried'. `failed` and `passed` count attempts that did and did not fail.
-- Out: check_delivery(event, topic, key, produced_ns, off, group, group_known, service, instance, attempts, failed, passed,
-- outcome, error, kind, kinds, first_ns, last_ns, last_attempt, last_span), a view: only deliveries of several attempts are
-- grouped, most have one.
CREATE OR REPLACE TEMP TABLE check_again AS
SELECT event, "group" FROM check_attempt WHERE attempt > 1
UNION
SELECT event, "group" FROM check_chain
UNION
SELECT origin, "group" FROM check_chain;

CREATE OR REPLACE TEMP TABLE check_repeated AS
SELECT
    coalesce(c.origin, a.event) AS event,
    a."group",
    bool_or(a.group_known) AS group_known,
    arg_max(a.service, (a.started_ns, a.id)) AS service,
    arg_max(a.instance, (a.started_ns, a.id)) AS instance,
    count(*) AS attempts,
    count(*) FILTER (a.failed) AS failed,
    count(*) FILTER (a.outcome = 'ok') AS passed,
    arg_max(a.outcome, (a.started_ns, a.id)) AS outcome,
    arg_max(a.error, (a.started_ns, a.id)) FILTER (a.error IS NOT NULL) AS error,
    arg_max(a.kind, (a.started_ns, a.id)) FILTER (a.kind IS NOT NULL) AS kind,
    count(DISTINCT coalesce(a.kind, '')) FILTER (a.failed) AS kinds,
    min(a.started_ns) AS first_ns,
    max(a.started_ns) AS last_ns,
    arg_max(a.id, (a.started_ns, a.id)) AS last_attempt,
    arg_max(a.span_id, (a.started_ns, a.id)) AS last_span
FROM check_attempt AS a
SEMI JOIN check_again USING (event, "group")
LEFT JOIN check_chain AS c USING (event, "group")
GROUP BY 1, a."group";

CREATE OR REPLACE TEMP VIEW check_delivery AS
SELECT
    a.event,
    a.topic,
    a.key,
    a.produced_ns,
    a.off,
    a."group",
    a.group_known,
    a.service,
    a.instance,
    1 AS attempts,
    a.failed::INTEGER AS failed,
    (a.outcome = 'ok')::INTEGER AS passed,
    a.outcome,
    a.error,
    a.kind,
    a.failed::INTEGER AS kinds,
    a.started_ns AS first_ns,
    a.started_ns AS last_ns,
    a.id AS last_attempt,
    a.span_id AS last_span
FROM check_attempt AS a
ANTI JOIN check_again USING (event, "group")
UNION ALL
SELECT e.id, e.topic, e.key, e.produced_ns, e.off, r.* EXCLUDE (event)
FROM check_repeated AS r
JOIN check_event AS e ON e.id = r.event;
