-- Schema 2: where a span ran, and what the headers of a retried or dead-lettered message tell. Null in older rows.
ALTER TABLE lake.spans ADD COLUMN messaging_delivery_attempt BIGINT;
ALTER TABLE lake.spans ADD COLUMN messaging_origin_topic VARCHAR;
ALTER TABLE lake.spans ADD COLUMN messaging_origin_partition VARCHAR;
ALTER TABLE lake.spans ADD COLUMN messaging_origin_offset BIGINT;
ALTER TABLE lake.spans ADD COLUMN messaging_origin_consumer_group VARCHAR;
ALTER TABLE lake.spans ADD COLUMN messaging_origin_message_id VARCHAR;
ALTER TABLE lake.spans ADD COLUMN messaging_origin_error VARCHAR;
ALTER TABLE lake.spans ADD COLUMN host VARCHAR;
ALTER TABLE lake.spans ADD COLUMN thread VARCHAR;
