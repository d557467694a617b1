-- What `problems` shows, filled with what the checks found
CREATE OR REPLACE TEMP TABLE check_problem (
    "check" VARCHAR,
    subject VARCHAR,
    topic VARCHAR,
    "group" VARCHAR,
    count BIGINT,
    first_ns BIGINT,
    last_ns BIGINT,
    message VARCHAR,
    evidence VARCHAR[],
    confidence DOUBLE
);
