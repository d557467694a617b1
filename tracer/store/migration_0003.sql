-- Schema 3: what the spans tell, kept up to date by the writer: rows replaced as batches land (`derived`), and what it needs
-- for that. `owner` is the key of the trace that a row belongs to, `at_ns` a time of the span that makes it: by these two
-- the rows of a trace are found again.
CREATE TABLE lake.events (
    id VARCHAR,
    owner UINTEGER,
    at_ns BIGINT,
    system VARCHAR,
    cluster VARCHAR,
    topic VARCHAR,
    part VARCHAR,
    off BIGINT,
    key VARCHAR,
    message_id VARCHAR,
    produced_ns BIGINT,
    acknowledged_ns BIGINT,
    service VARCHAR,
    instance VARCHAR,
    host VARCHAR,
    trace_id VARCHAR,
    span_id VARCHAR,
    disputed BOOLEAN
);

CREATE TABLE lake.processings (
    id VARCHAR,
    owner UINTEGER,
    at_ns BIGINT,
    event VARCHAR,
    grp VARCHAR,
    group_known BOOLEAN,
    attempt INTEGER,
    service VARCHAR,
    instance VARCHAR,
    host VARCHAR,
    thread VARCHAR,
    outcome VARCHAR,
    error VARCHAR,
    queue_ns BIGINT,
    backoff_ns BIGINT,
    duration_ns BIGINT,
    batch_size BIGINT,
    batch_ns BIGINT,
    attempt_told INTEGER,
    arrived_ns BIGINT,
    dropped_links INTEGER,
    trace_id VARCHAR,
    span_id VARCHAR
);

-- One row a piece of evidence.
CREATE TABLE lake.edges (
    owner UINTEGER,
    at_ns BIGINT,
    source VARCHAR,
    target VARCHAR,
    kind VARCHAR,
    method VARCHAR,
    confidence DOUBLE,
    trace_id VARCHAR,
    span_id VARCHAR,
    detail VARCHAR
);

-- What spans name: a row for each trace, key and batch. The trace's own key says which batches hold its spans.
CREATE TABLE lake.refs (trace UINTEGER, key UINTEGER, batch BIGINT);

-- What only the whole store tells, as the spans told it first.
CREATE TABLE lake.told (service VARCHAR, instance VARCHAR, topic VARCHAR, grp VARCHAR, handles BOOLEAN);

CREATE TABLE lake.told_clusters (
    service VARCHAR, instance VARCHAR, topic VARCHAR, cluster VARCHAR, first STRUCT(received_ns BIGINT, start_ns BIGINT)
);

-- Lanes (service, instance and thread; topic) where guesses look at what is near in time: `open` where an arrival has no
-- span under it or does not tell its message, `root` where roots may be the handling.
CREATE TABLE lake.lanes (lane VARCHAR, side VARCHAR);

-- One row for each transaction that brought the rows up to date: the last batch that they reflect, and the rules' version.
CREATE TABLE lake.covered (batch BIGINT, rules VARCHAR);
