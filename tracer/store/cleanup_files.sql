-- Delete the files that no version names any longer, once readers that planned with them have had time to finish.
CALL ducklake_cleanup_old_files('lake', older_than => now() - to_minutes($minutes))
