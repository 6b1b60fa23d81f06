#!/usr/bin/env bash
# A full disk at random moments: unchaff runs under a limit of file size, or into a small file system of which
# by chance so much is free, then goes on with --resume; at the end the outputs must be those of an undisturbed run.
#   scripts/full-disk.sh PROGRAM RUNS [FOLDER]
# FOLDER is empty and a small file system: mount -t tmpfs -o size=4m tmpfs FOLDER
set -euo pipefail
unchaff=$(realpath "${1:?a program}"); runs=${2:?a number of runs} small=${3:+$(realpath "$3")}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
mkdir in
page='Share this article\n\nThe ferry %d sails again, said the council on Tuesday after a long debate.\n\nAdvertisement\n\nNobody had measured the lock before the vote.\n'
for i in $(seq 60); do
  # shellcheck disable=SC2059
  for _ in $(seq $((i % 7 * 5 + 1))); do printf "$page" "$i"; done > "in/$i.txt"
done
for i in $(seq 2000); do printf '{"id":%d,"text":"Share this article\\n\\nThe ferry sails again, said the council.\\n"}\n' "$i"; done > in/dump.jsonl
"$unchaff" clean in --output-dir want --report want.jsonl -q -j 2
to=${small:-.} full=0
# All but a little of the small file system is taken.
fill() {
  rm -f "$to/filler"
  local free
  free=$(df --output=avail -k "$to" | tail -1)
  [ "$free" -le "$1" ] || head -c $(((free - $1) * 1024)) /dev/zero > "$to/filler"
}
for run in $(seq "$runs"); do
  rm -rf "$to/out" "$to/report.jsonl" "$to/filler"
  for try in 1 2 3; do
    limit=$((RANDOM % 300 + 1)) # kB
    set +e
    if [ -n "$small" ]; then fill "$limit"; limit=unlimited; fi
    (ulimit -f "$limit"; trap '' XFSZ; "$unchaff" clean in --output-dir "$to/out" --report "$to/report.jsonl" --force --resume -q -j 2) 2> err
    code=$?
    set -e
    [ $code -eq 0 ] && break
    [ $code -eq 2 ] || { echo "run $run: exit $code"; cat err; exit 1; }
    grep -qE 'too large|no space|cannot be written' err || { echo "run $run: $(cat err)"; exit 1; }
    full=$((full + 1))
    # Whatever has its final name is whole.
    for file in $(cd "$to/out" 2>/dev/null && find . -type f -not -path './.unchaff-resume*' -not -name '.unchaff-*'); do
      cmp -s "$to/out/$file" "want/$file" || { echo "run $run: $file is not whole"; exit 1; }
    done
  done
  rm -f "$to/filler"
  "$unchaff" clean in --output-dir "$to/out" --report "$to/report.jsonl" --force --resume -q -j 2 2> /dev/null
  cmp "$to/report.jsonl" want.jsonl
  diff -r -x .unchaff-resume "$to/out" want
  [ -z "$(find . "$to" -name '.unchaff-*.tmp')" ]
done
echo "$runs runs, the disk was full $full times; all ended as an undisturbed run"
