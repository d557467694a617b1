-- These minutes are read.
INSERT INTO scope_minute SELECT unnest($minutes)
