-- Schema 5: how sure the outcome of an attempt is that failed. Rows have it once they are made anew, which a change of the
-- rules asks for as well.
ALTER TABLE lake.processings ADD COLUMN outcome_confidence DOUBLE;
