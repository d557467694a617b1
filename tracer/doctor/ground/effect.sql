-- What attempts caused: each event with the likeliest attempt, and how sure that is.
-- Out: doctor_effect(event, attempt, method, confidence), both by the hash of their id.
CREATE OR REPLACE TEMP TABLE doctor_effect AS
SELECT
    hash("to") AS event,
    hash(arg_max("from", (confidence, "from"))) AS attempt,
    arg_max(method, (confidence, "from")) AS method,
    max(confidence) AS confidence
FROM edges
WHERE kind <> 'delivered'
GROUP BY "to";
