# What people run every day; CI runs the same.

check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

test:
    cargo test

# Accept what the snapshots record and put tables and the example dump in order; read the difference.
snap:
    UNCHAFF_TIDY=1 INSTA_UPDATE=always cargo test

# Fuzz one target for some seconds: `just fuzz clean 300`. Needs a nightly compiler and cargo-fuzz.
fuzz target seconds="60":
    mkdir -p fuzz/corpus/{{target}}
    cargo +nightly fuzz run {{target}} fuzz/corpus/{{target}} fuzz/seeds/{{target}} -- -max_total_time={{seconds}}

# Licences, duplicates and sources of what we depend on. Needs cargo-deny.
deny:
    cargo deny check licenses bans sources

ci:
    bash .ci/run
