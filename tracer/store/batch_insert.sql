-- One batch of spans (the relation `incoming`, schema.SPANS) under its number.
INSERT INTO lake.spans SELECT * REPLACE ($batch AS batch) FROM incoming
