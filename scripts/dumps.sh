#!/usr/bin/env bash
# What a large dump costs, JSONL in Zstandard, beside decompressing it and beside two processes at once; and
# whether memory stays the same when the dump is of another size.
#
#   scripts/dumps.sh [KIND] [BYTES] [OTHER...]
#
# KIND is pages or articles; BYTES of text, 500 MB unless you say otherwise; of other sizes only the memory and
# the speed with two threads are measured. UNCHAFF is another program to measure.
set -euo pipefail
kind=${1:-pages} bytes=${2:-500000000} others=("${@:3}")
# shellcheck source=scripts/measure.sh
source "$(dirname "$0")/measure.sh"

# Seconds, processor time and peak memory of one run.
cost() {
  /usr/bin/env time -f '%e %U %S %M' "${@:2}" 2>&1 > /dev/null | tail -1 | awk -v name="$1" -v size="$size" \
    '{ printf "  %-28s %7.1f s %7.1f MB/s %7.1f s of processor time %5.0f MB at the peak\n", name, $1, size / $1 / 1e6, $2 + $3, $4 / 1000 }'
}
clean() { cost "$1" "$unchaff" clean d.jsonl.zst -o "$2.jsonl.zst" --force --no-config -q "${@:3}"; }

dump() {
  size=$("$make" "$kind" "$1" | tee >(zstd -q -o d.jsonl.zst -f) | wc -c)
  sync d.jsonl.zst
  echo "$kind: $size bytes of JSONL, $(stat -c %s d.jsonl.zst) in Zstandard"
}

dump "$bytes"
cost "zstdcat | wc" sh -c 'zstdcat d.jsonl.zst | wc'
clean "-j 1" one -j 1
clean "-j 2" two -j 2
cmp one.jsonl.zst two.jsonl.zst && echo "  the same bytes"
clean "-j 1, one of two at once" both -j 1 &
clean "-j 1, the other" other -j 1
wait
for other in "${others[@]}"; do
  dump "$other"
  clean "-j 2" two -j 2
done
