-- The documented view `problems`: the fields of the JSON in snake_case
CREATE OR REPLACE TEMP VIEW problems AS
SELECT
    "check", subject, topic, "group", count, make_timestamp_ns(first_ns) AS first_at, make_timestamp_ns(last_ns) AS last_at,
    message, evidence, confidence
FROM check_problem;
