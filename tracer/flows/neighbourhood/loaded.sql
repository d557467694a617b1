-- The missing traces are loaded, whether the store has spans of them or not.
INSERT INTO flow_loaded FROM flow_missing
