-- How long a message may be on its way before it is missed (nanoseconds)
CREATE OR REPLACE TEMP MACRO check_grace() AS 30_000_000_000;

-- How many offsets of a partition lie between those that are told and are told of no event; where no offset is told,
-- less than none: these events may be among them
CREATE OR REPLACE TEMP MACRO check_untold(off, event) AS
    coalesce(max(off) - min(off) + 1 - count(DISTINCT off), -count(DISTINCT event));

-- The time in which findings are reported, now, and the time of which facts are read: what came shortly before or after
-- may explain a finding. Out: check_scope(now_ns, since_ns, until_ns, from_ns, to_ns), one row.
CREATE OR REPLACE TEMP TABLE check_scope AS
SELECT
    $now::BIGINT AS now_ns,
    $since::BIGINT AS since_ns,
    $until::BIGINT AS until_ns,
    $from::BIGINT AS from_ns,
    $to::BIGINT AS to_ns;
