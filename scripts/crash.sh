#!/usr/bin/env bash
# Kills a batch at random moments with kill -9, goes on with --resume, and compares with a run that was
# left alone: clean texts, report and exit code must be the same, and nothing else may be left.
#
#   scripts/crash.sh target/release/unchaff 200
set -euo pipefail
binary=$(realpath "${1:?the program to try}")
tries=${2:-20}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Enough texts that a run takes a while: the example dump many times, as files and as one dump of records.
mkdir in
for copy in $(seq 1 10); do cp -r "$root/examples/dump" "in/$copy"; done
for copy in $(seq 1 10); do cat "$root"/fixtures/formats/*.jsonl; done > in/records.jsonl

batch() { "$binary" clean in --output-dir "$1" --report "$1.jsonl" --resume --no-config -q "${@:2}" || return $?; }

start=$(date +%s%N)
expected=0
batch whole || expected=$?
took=$((($(date +%s%N) - start) / 1000000))
echo "one run takes $took ms and ends with exit code $expected"

killed=0 left=0
for try in $(seq 1 "$tries"); do
  rm -rf out out.jsonl
  # Up to three kills, then a run to the end.
  for kill in $(seq 1 $((RANDOM % 3 + 1))); do
    batch out 2>/dev/null & job=$!
    pause=$((RANDOM % (took + 1)))
    sleep "$(printf '%d.%03d' $((pause / 1000)) $((pause % 1000)))"
    # The program is a child of the shell that runs the function.
    if pkill -9 -P "$job" 2>/dev/null; then killed=$((killed + 1)); fi
    wait "$job" 2>/dev/null || true
    left=$((left + $(find . -name '.unchaff-*.tmp' | wc -l)))
  done
  rm -f out.jsonl
  code=0
  batch out || code=$?
  if [ "$code" != "$expected" ]; then echo "try $try: exit code $code instead of $expected"; exit 1; fi
  if find . -name '.unchaff-*.tmp' | grep -q .; then echo "try $try: a temporary file is left"; exit 1; fi
  diff -r -x .unchaff-resume whole out || { echo "try $try: the clean texts differ"; exit 1; }
  # The name of the output folder is nowhere in a report.
  cmp whole.jsonl out.jsonl || { echo "try $try: the reports differ"; exit 1; }
done
echo "$tries tries, $killed runs killed, $left temporary files found after a kill: every result was the same"
