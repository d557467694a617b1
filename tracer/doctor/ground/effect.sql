-- What attempts caused: each event with the likeliest attempt, and how sure that is.
-- Out: doctor_effect(event, attempt, method, confidence).
CREATE OR REPLACE TEMP TABLE doctor_effect AS
SELECT
    "to" AS event,
    arg_max("from", (confidence, "from")) AS attempt,
    arg_max(method, (confidence, "from")) AS method,
    max(confidence) AS confidence
FROM edges
WHERE kind <> 'delivered'
GROUP BY "to";
