-- What the rules that need not run would have found: nothing. The columns are theirs (tests/flows/test_rules_without_work.py).
-- Also takes away what stood there from the reconstruction before.
CREATE OR REPLACE TEMP TABLE flow_link (
    sid BIGINT, no BIGINT, ref_trace VARCHAR, ref_span VARCHAR, target BIGINT, target_operation VARCHAR, target_topic VARCHAR,
    topic VARCHAR, part VARCHAR, off BIGINT, key VARCHAR, message_id VARCHAR
);

CREATE OR REPLACE TEMP TABLE flow_layer (sid BIGINT, inner_sid BIGINT);

CREATE OR REPLACE TEMP TABLE flow_origin (
    aid BIGINT, producer VARCHAR, send BIGINT, ref_trace VARCHAR, ref_span VARCHAR, methods VARCHAR[]
);

CREATE OR REPLACE TEMP TABLE flow_join (label BIGINT, head BIGINT, method VARCHAR, confidence DOUBLE, detail VARCHAR);

CREATE OR REPLACE TEMP TABLE flow_root (
    lane BIGINT, top BIGINT, start_ns BIGINT, end_ns BIGINT, trace_id VARCHAR, span_id VARCHAR, sends BOOLEAN
);

CREATE OR REPLACE TEMP TABLE flow_below (top BIGINT, sid BIGINT);

CREATE OR REPLACE TEMP TABLE flow_line (
    lane BIGINT, start_ns BIGINT, trace_id VARCHAR, span_id VARCHAR, top BIGINT, sends BOOLEAN, end_ns BIGINT, label BIGINT,
    grp VARCHAR, root BIGINT, turn BIGINT, orders BIGINT, until_ns BIGINT, topic VARCHAR, key VARCHAR, open BOOLEAN, common DOUBLE,
    beside BOOLEAN, burst BIGINT, period BIGINT, run BIGINT
);

CREATE OR REPLACE TEMP TABLE flow_after (top BIGINT, work BIGINT);

CREATE OR REPLACE TEMP TABLE flow_turn (top BIGINT, label BIGINT, grp VARCHAR, root BIGINT, n INTEGER, confidence DOUBLE);

CREATE OR REPLACE TEMP TABLE flow_shape (
    lane BIGINT, run BIGINT, arrivals BIGINT, works BIGINT, beside BOOLEAN, regular DOUBLE
);

CREATE OR REPLACE TEMP TABLE flow_last (top BIGINT, label BIGINT, grp VARCHAR, root BIGINT, n BIGINT, confidence DOUBLE);

CREATE OR REPLACE TEMP TABLE flow_adjacent (
    top BIGINT, label BIGINT, grp VARCHAR, root BIGINT, n BIGINT, same_key BOOLEAN, confidence DOUBLE
);

CREATE OR REPLACE TEMP TABLE flow_likely (label BIGINT, grp VARCHAR, root BIGINT, first_ns BIGINT, last_ns BIGINT);

CREATE OR REPLACE TEMP TABLE flow_failure (
    label BIGINT, grp VARCHAR, root BIGINT, certain BOOLEAN, sure DOUBLE, failures BIGINT, reason BIGINT, consumer BIGINT
);

CREATE OR REPLACE TEMP TABLE flow_ancestry (
    label BIGINT, ancestor BIGINT, told BOOLEAN, sid BIGINT, read_ns BIGINT, grp VARCHAR, attempt BIGINT
);

CREATE OR REPLACE TEMP TABLE flow_lineage (
    ancestor BIGINT, grp VARCHAR, started_ns BIGINT, label BIGINT, root BIGINT, service VARCHAR, grp_known BOOLEAN, number BIGINT
);

CREATE OR REPLACE TEMP TABLE flow_caused (
    source VARCHAR, target VARCHAR, kind VARCHAR, method VARCHAR, confidence DOUBLE, trace_id VARCHAR, span_id VARCHAR,
    detail VARCHAR
);

CREATE OR REPLACE TEMP TABLE flow_guessed (
    source VARCHAR, target VARCHAR, kind VARCHAR, method VARCHAR, confidence DOUBLE, trace_id VARCHAR, span_id VARCHAR,
    detail VARCHAR
);
