-- Forget older versions of the lake; the newest always stays.
CALL ducklake_expire_snapshots('lake', older_than => now() - to_minutes($minutes))
