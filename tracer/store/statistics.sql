-- One row: spans, traces, oldest and newest start, newest arrival. Null where there are no spans.
SELECT count(*), approx_count_distinct(trace_id), min(start_ns), max(start_ns), max(received_ns) FROM lake.spans
