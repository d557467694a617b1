-- Attempts whose span has no context at all: none was in the record, or the client could not read it.
-- Out: the columns of Seen; `where`: topics.
FROM doctor_astray_by_client(false);
