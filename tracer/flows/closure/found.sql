-- What was found is wanted. Out: wanted_event, wanted_processing, wanted_edge.
CREATE OR REPLACE TEMP VIEW wanted_event AS FROM found_event;

CREATE OR REPLACE TEMP VIEW wanted_processing AS FROM found_processing;

CREATE OR REPLACE TEMP VIEW wanted_edge AS FROM found_edge
