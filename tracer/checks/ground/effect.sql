-- What attempts sent, other than what they handled; a guess under 0.5 is none. That it is another is asked here: between
-- events and attempts it would be a nested loop. Out: check_effect(attempt, event, kind, method, confidence).
CREATE OR REPLACE TEMP TABLE check_effect AS
SELECT source AS attempt, target AS event, kind, method, confidence
FROM lake.causes
WHERE at_ns BETWEEN $from AND $to
    AND kind IN ('caused', 'retried', 'dead-lettered')
    AND confidence >= 0.5
    AND target <> split_part(source, '#', 1);
