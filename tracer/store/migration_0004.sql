-- Schema 4: a delivery's evidence stands in the row of its processing, and only what caused an event has rows of its own
-- (`causes`): ids are not repeated. `node` is a key of an event's id (flow_node): of the event itself, of the event that is
-- handled, of the event whose handling is the source and of the event that is the target. What the old tables held is
-- made anew from the spans.
DROP TABLE lake.edges;

DROP TABLE lake.processings;

DROP TABLE lake.events;

DROP TABLE lake.covered;

DELETE FROM lake.refs;

DELETE FROM lake.told;

DELETE FROM lake.told_clusters;

DELETE FROM lake.lanes;

CREATE TABLE lake.events (
    node UINTEGER,
    owner UINTEGER,
    at_ns BIGINT,
    id VARCHAR,
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

-- The event's id is what stands before the # of `id`. `sender` is the event's host, else its instance; `confidence` that of
-- the best evidence. In `evidence` null ids of a span mean the row's own span.
CREATE TABLE lake.processings (
    node UINTEGER,
    owner UINTEGER,
    at_ns BIGINT,
    id VARCHAR,
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
    span_id VARCHAR,
    sender VARCHAR,
    confidence DOUBLE,
    evidence STRUCT(method VARCHAR, confidence DOUBLE, trace_id VARCHAR, span_id VARCHAR, detail VARCHAR)[]
);

-- One row a piece of evidence that an attempt (`source`) caused an event (`target`), at the time of that event's row.
CREATE TABLE lake.causes (
    node UINTEGER,
    owner UINTEGER,
    at_ns BIGINT,
    source_node UINTEGER,
    source_ns BIGINT,
    source VARCHAR,
    target VARCHAR,
    kind VARCHAR,
    method VARCHAR,
    confidence DOUBLE,
    trace_id VARCHAR,
    span_id VARCHAR,
    detail VARCHAR
);

-- One row for each transaction that brought the rows up to date: the last batch that they reflect, the rules' version, and
-- how long before (negative) and after what leads to it a row's time has been: by these, what follows is found in time.
CREATE TABLE lake.covered (batch BIGINT, rules VARCHAR, soonest_ns BIGINT, latest_ns BIGINT);

-- What is about one event stands together: less to store, and few row groups to read.
ALTER TABLE lake.events SET SORTED BY (node ASC, at_ns ASC);

ALTER TABLE lake.processings SET SORTED BY (node ASC, at_ns ASC);

ALTER TABLE lake.causes SET SORTED BY (node ASC, at_ns ASC);
