-- Events on which every attempt of a group failed with one kind of error, three attempts at least: what may be poison.
-- Out: check_tried, the columns of check_delivery.
CREATE OR REPLACE TEMP TABLE check_tried AS
SELECT d.*
FROM check_delivery AS d
JOIN check_scope AS s ON d.last_ns BETWEEN s.since_ns AND s.until_ns
WHERE d.attempts >= 3 AND d.failed = d.attempts AND d.kinds = 1;
