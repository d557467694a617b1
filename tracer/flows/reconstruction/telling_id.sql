-- Arrivals with a message id that tells their message. Out: flow_telling_id, rows of flow_arrival.
CREATE OR REPLACE TEMP VIEW flow_telling_id AS
FROM flow_arrival
WHERE flow_id_tells(system, message_id);
