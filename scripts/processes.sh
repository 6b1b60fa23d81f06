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

echo "one text, by its length (the time of an empty one taken off)"
# Seconds of processor time and the peak of memory in kB of one run.
cost() { /usr/bin/env time -f '%U %S %M' "$@" 2>&1 > /dev/null | tail -1 | awk '{ print $1 + $2, $3 }'; }
if command -v time > /dev/null && /usr/bin/env time true 2> /dev/null; then
  : > empty.txt
  read -r start _ < <(cost "$unchaff" clean empty.txt -o out.txt --force --no-config -q --jobs 1)
  for ((length = 10000; length <= longest; length *= 10)); do
    "$make" text "$length" > long.txt
    read -r took peak < <(cost "$unchaff" clean long.txt -o out.txt --report report.jsonl --force --no-config -q --jobs 1 --max-record 2G)
    awk -v length_="$(stat -c %s long.txt)" -v took="$took" -v start="$start" -v peak="$peak" \
      'BEGIN { printf "  %11d bytes %8.2f s %8.1f MB/s %9.0f kB %6.1f bytes for each\n", length_, took, length_ / (took - start + 1e-9) / 1e6, peak, peak * 1024 / length_ }'
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
