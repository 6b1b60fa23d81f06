#!/usr/bin/env bash
# Whole processes on generated dumps, in turn, beside limits measured in the same run. Medians of so many
# rounds; machines are noisy, so read the ratios.
#
#   scripts/processes.sh [BYTES] [ROUNDS] [LONGEST]
#
# LONGEST is the size of the longest single text, 100 MB unless you say otherwise.
set -euo pipefail
bytes=${1:-20000000} rounds=${2:-5} longest=${3:-100000000}
# shellcheck source=scripts/measure.sh
source "$(dirname "$0")/measure.sh"
sed -n 's/^model name.*: /processor /p' /proc/cpuinfo 2>/dev/null | head -1 || true
echo "binary $(stat -c %s "$unchaff") bytes, $rounds rounds, medians"

# Seconds of one run.
seconds() {
  local from to
  from=$(date +%s%N)
  "$@" > /dev/null
  to=$(date +%s%N)
  echo $(((to - from) / 1000))
}

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

clean() { "$unchaff" clean "$1" -o out.jsonl --report report.jsonl --force --no-config -q "${@:2}"; }
no_report() { "$unchaff" clean "$1" -o out.jsonl --force --no-config -q "${@:2}"; }

for kind in pages articles; do
  "$make" "$kind" "$bytes" > "$kind.jsonl"
  size=$(stat -c %s "$kind.jsonl")
  rm -f times.*
  for _ in $(seq "$rounds"); do
    seconds cat "$kind.jsonl" >> times.cat
    seconds wc -w "$kind.jsonl" >> times.wc-w
    seconds grep -c ferry "$kind.jsonl" >> times.grep-c
    if command -v xxhsum > /dev/null; then seconds xxhsum "$kind.jsonl" >> times.xxhsum; fi
    seconds no_report "$kind.jsonl" --jobs 1 >> times.clean-1
    seconds clean "$kind.jsonl" --jobs 1 >> times.clean-report-1
    seconds clean "$kind.jsonl" --jobs 2 >> times.clean-report-2
  done
  base=$(median < times.wc-w)
  echo "$kind: $size bytes"
  for file in times.cat times.wc-w times.grep-c times.xxhsum times.clean-1 times.clean-report-1 times.clean-report-2; do
    [ -f "$file" ] || continue
    median < "$file" | awk -v name="${file#times.}" -v size="$size" -v base="$base" \
      '{ printf "  %-16s %8.3f s %9.1f MB/s %8.2f times wc -w\n", name, $1 / 1e6, size / $1, $1 / base }'
  done
done

echo "one text, by its length: medians of 21 runs, of 3 from 1 MB on (the time of one line taken off)"
one_text() { "$unchaff" clean "$1" -o out.txt --report report.jsonl --force --no-config -q --jobs 1 --max-record 2G; }
if command -v time > /dev/null && /usr/bin/env time true 2> /dev/null; then
  echo "The ferry sails again." > line.txt
  start=$(for _ in $(seq 21); do seconds one_text line.txt; done | median)
  for ((length = 1000; length <= longest; length *= 10)); do
    "$make" text "$length" > whole.txt
    head -c "$length" whole.txt > long.txt
    took=$(for _ in $(seq $((length < 1000000 ? 21 : 3))); do seconds one_text long.txt; done | median)
    peak=$(/usr/bin/env time -f '%M' "$unchaff" clean long.txt -o out.txt --report report.jsonl --force --no-config -q --jobs 1 --max-record 2G 2>&1 > /dev/null | tail -1)
    awk -v length_="$length" -v took="$took" -v start="$start" -v peak="$peak" \
      'BEGIN { more = took - start; speed = more < 1000 ? "     -" : sprintf("%6.1f", length_ / more)
        printf "  %11d bytes %10.4f s %s MB/s %9.0f kB %8.1f bytes for each\n", length_, took / 1e6, speed, peak, peak * 1024 / length_ }'
  done
fi

if command -v valgrind > /dev/null; then
  echo "instructions (callgrind), --jobs 1, with report: the same on every quiet or noisy day"
  for kind in pages articles; do
    "$make" "$kind" 1000000 > fixed.jsonl
    count=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null "$unchaff" clean fixed.jsonl -o out.jsonl \
      --report report.jsonl --force --no-config -q --jobs 1 2>&1 | sed -n 's/.*refs: *//p')
    echo "  1 MB of $kind: $count"
  done
  count=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null "$unchaff" clean --no-config -q < /dev/null 2>&1 | sed -n 's/.*refs: *//p')
  echo "  an empty text: $count"
fi

echo 'The ferry sails again, said the council on Tuesday.' > line.txt
for _ in $(seq 20); do seconds "$unchaff" clean line.txt -q --no-config >> times.start; done
echo "start-up, one line: $(median < times.start) µs"
