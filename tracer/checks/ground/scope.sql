-- How long a message may be on its way before it is missed (nanoseconds)
CREATE OR REPLACE TEMP MACRO check_grace() AS 30_000_000_000;

-- Whether a topic takes what failed elsewhere, by its name
CREATE OR REPLACE TEMP MACRO check_after_failure(topic) AS flow_is_retry(topic) OR flow_is_dead_letter(topic);

-- The time in which findings are reported, and now. Facts around it are read too: what came an hour before or after may
-- explain them. Out: check_scope(now_ns, since_ns, until_ns), one row.
CREATE OR REPLACE TEMP TABLE check_scope AS
SELECT
    $now::BIGINT AS now_ns,
    coalesce($since::BIGINT, 0) AS since_ns,
    coalesce($until::BIGINT, 9_223_372_036_854_775_807) AS until_ns;
