#!/usr/bin/env bash
# Peak memory of one text, by its length and its lines, in one run.
#
#   scripts/memory.sh [LONGEST]
set -euo pipefail
longest=${1:-100000000}
# shellcheck source=scripts/measure.sh
source "$(dirname "$0")/measure.sh"

peak() {
  /usr/bin/env time -f '%M' "$unchaff" clean "$1" -o out.txt --report report.jsonl --force --no-config -q \
    --jobs 1 --max-record 4G 2>&1 > /dev/null | tail -1
}
printf '' > empty.txt
empty=$(peak empty.txt)
echo "an empty text: $((empty / 1000)) MB; it is taken off below"
tell() {
  local size lines kb
  size=$(stat -c %s "$2") lines=$(grep -c '[^[:space:]]' "$2" || true) kb=$(($(peak "$2") - empty))
  awk -v name="$1" -v size="$size" -v lines="$lines" -v kb="$kb" 'BEGIN {
    printf "  %-26s %10d bytes %8d lines not blank %8.1f MB %6.1f bytes for each %8.0f for each line\n",
      name, size, lines, kb * 1024 / 1e6, kb * 1024 / size, lines ? kb * 1024 / lines : 0 }'
}
for ((length = 1000000; length <= longest; length *= 10)); do
  "$make" text "$length" > t.txt
  tell "articles" t.txt
done
"$make" pages 10000000 | sed -n 's/.*"text":"\(.*\)"}$/\1/p' | sed 's/\\n/\n/g' > t.txt
tell "pages" t.txt
seq -f 'the ferry left pier %.0f' 100000 > t.txt
tell "short lines" t.txt
head -c 1000000 /dev/zero | tr '\0' '\n' > t.txt
tell "blank lines" t.txt
"$make" text 10000000 | tr '\n' ' ' > t.txt
tell "one line" t.txt
