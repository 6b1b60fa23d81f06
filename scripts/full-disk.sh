#!/usr/bin/env bash
# A full disk at random moments: unchaff runs under a limit of file size that gets larger by chance, then goes
# on with --resume; at the end the outputs must be those of an undisturbed run.
#   scripts/full-disk.sh PROGRAM RUNS
set -euo pipefail
unchaff=$(realpath "${1:?a program}"); runs=${2:?a number of runs}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
mkdir in
page='Share this article\n\nThe ferry %d sails again, said the council on Tuesday after a long debate.\n\nAdvertisement\n\nNobody had measured the lock before the vote.\n'
for i in $(seq 60); do
  # shellcheck disable=SC2059
  for _ in $(seq $((i % 7 * 5 + 1))); do printf "$page" "$i"; done > "in/$i.txt"
done
for i in $(seq 2000); do printf '{"id":%d,"text":"Share this article\\n\\nThe ferry sails again, said the council.\\n"}\n' "$i"; done > in/dump.jsonl
"$unchaff" clean in --output-dir want --report want.jsonl -q -j 2
full=0
for run in $(seq "$runs"); do
  rm -rf out report.jsonl
  for try in 1 2 3; do
    limit=$((RANDOM % 300 + 1)) # kB
    set +e
    (ulimit -f "$limit"; trap '' XFSZ; "$unchaff" clean in --output-dir out --report report.jsonl --force --resume -q -j 2) 2> err
    code=$?
    set -e
    [ $code -eq 0 ] && break
    [ $code -eq 2 ] || { echo "run $run: exit $code"; cat err; exit 1; }
    grep -qE 'too large|no space|cannot be written' err || { echo "run $run: $(cat err)"; exit 1; }
    full=$((full + 1))
    # Whatever has its final name is whole.
    for file in $(cd out 2>/dev/null && find . -type f -not -path './.unchaff-resume*' -not -name '.unchaff-*'); do
      cmp -s "out/$file" "want/$file" || { echo "run $run: $file is not whole"; exit 1; }
    done
  done
  "$unchaff" clean in --output-dir out --report report.jsonl --force --resume -q -j 2 2> /dev/null
  cmp report.jsonl want.jsonl
  diff -r -x .unchaff-resume out want
  [ -z "$(find . -name '.unchaff-*.tmp')" ]
done
echo "$runs runs, the disk was full $full times; all ended as an undisturbed run"
