-- Small files of one table become large ones; those beyond $bytes are left alone.
CALL ducklake_merge_adjacent_files('lake', $table, max_file_size => $bytes)
