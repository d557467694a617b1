-- Attempts whose span has a context, but not that of the send of its message: it was read out of a record that was sent on with
-- its old headers, the first of several.
-- Out: the columns of Seen; `where`: topics.
FROM doctor_astray_by_client(true);
