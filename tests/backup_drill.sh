#!/bin/sh
# A fire drill for back-ups, with the commands as people type them: back up while a
# writer writes, lose the store, restore it, write again what came since, and hold what
# there is against what there was.
#
#   backup_drill.sh FOLDER SAMPLES      TIDELINE names the command; FOLDER is empty
#
# SAMPLES has first.jsonl and second.jsonl. Ends with 0 when nothing is lost.
set -eu
folder=$1 samples=$2
store_backup=$(dirname "$0")/../assets/deploy/store-backup
TIDELINE=${TIDELINE:-tideline}
TIDELINE_STORE=$folder/store.sqlite
export TIDELINE TIDELINE_STORE

say() { printf '%s\n' "drill: $*"; }

"$TIDELINE" ingest "$samples/first.jsonl"
"$TIDELINE" ingest "$samples/second.jsonl" &
writer=$!
"$store_backup" backup "$folder/archives"
say "backed up while a writer wrote"
wait "$writer"
"$TIDELINE" export "$folder/before.geojson"

rm "$folder"/store.sqlite*
say "lost the store"
for archive in "$folder"/archives/tideline-*.zip; do
    "$store_backup" restore "$archive"
done
"$TIDELINE" ingest "$samples/second.jsonl"
"$TIDELINE" export "$folder/after.geojson"
cmp "$folder/before.geojson" "$folder/after.geojson"
say "nothing is lost"
