-- Send spans that carry the hash of their message's payload, out of those that are read first: where none does, reading the
-- attributes of all of them (a second a million spans) would find nothing. Out: check_body_sample(hash).
CREATE OR REPLACE TEMP TABLE check_body_sample AS
SELECT hash FROM (SELECT hash FROM check_span WHERE sends LIMIT 5_000) WHERE hash IS NOT NULL;
