-- An empty neighbourhood: the spans that are loaded, with the columns that a reconstruction reads, and their traces.
CREATE OR REPLACE TEMP TABLE flow_source AS FROM flow_store LIMIT 0;

CREATE OR REPLACE TEMP TABLE flow_loaded AS SELECT trace_id FROM flow_source;

CREATE OR REPLACE TEMP TABLE flow_missing AS SELECT trace_id FROM flow_source;
