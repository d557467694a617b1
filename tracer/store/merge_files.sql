-- Small files become large ones; those beyond $bytes are left alone.
CALL ducklake_merge_adjacent_files('lake', max_file_size => $bytes)
