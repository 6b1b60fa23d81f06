# What people run every day; CI runs the same.

check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

test:
    cargo test

# Accept what the snapshots record and put tables and the example dump in order; read the difference.
snap:
    UNCHAFF_TIDY=1 INSTA_UPDATE=always cargo test

ci:
    bash .ci/run
