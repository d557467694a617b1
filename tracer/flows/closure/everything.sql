-- Every event, processing and edge. Out: wanted_event, wanted_processing, wanted_edge.
CREATE OR REPLACE TEMP VIEW wanted_event AS FROM flow_event;

CREATE OR REPLACE TEMP VIEW wanted_processing AS FROM flow_processing;

CREATE OR REPLACE TEMP VIEW wanted_edge AS FROM flow_edge
