-- Forget these versions of the lake; files that only they name are scheduled for deletion.
CALL ducklake_expire_snapshots('lake', versions => $versions)
