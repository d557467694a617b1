-- One row: how many spans arrived at exactly that moment, which is how the spans of one import are known.
SELECT count(*) FROM spans WHERE received_ns = $received_ns
