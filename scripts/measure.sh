# Sourced by the scripts that measure: the program, the maker of texts, and a folder that goes at the end.
# UNCHAFF is another program to measure.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ -n "${UNCHAFF:-}" ]; then
  cargo build --release --locked --quiet --example make_texts
else
  cargo build --release --locked --quiet --bin unchaff --example make_texts
fi
target=${CARGO_TARGET_DIR:-target}
unchaff=$(realpath "${UNCHAFF:-$target/release/unchaff}") make=$(realpath "$target/release/examples/make_texts")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo "date $(date -u +%F), $(nproc) cores, $(uname -sm), $("$unchaff" --version), $(rustc --version)"
