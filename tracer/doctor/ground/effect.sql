-- What attempts caused: each event with the likeliest attempt, and how sure that is.
-- Out: doctor_effect(event, attempt, kind, confidence).
CREATE OR REPLACE TEMP TABLE doctor_effect AS
SELECT
    "to" AS event,
    arg_max("from", (confidence, "from")) AS attempt,
    arg_max(kind, (confidence, "from")) AS kind,
    max(confidence) AS confidence
FROM edges
WHERE kind <> 'delivered'
GROUP BY "to";
