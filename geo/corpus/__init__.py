"""Corpora too large for one store: read in parts, on many processes or machines.

What is read        parts, sources; input_files, s3_files, resuming, unpacking,
                    line_ranges
Who does it         pools, dask_pool; settings says by what, stages in which tasks
The stages          reading (isolating what ends who reads), repeats, copies,
                    clustering, geoparquet
Between stages      shards, leaves, claim_rows
The run as a whole  running, out_folder, progress
"""
