#![no_main]

#[path = "../panics.rs"]
mod panics;
#[path = "../targets/mod.rs"]
#[allow(dead_code)]
mod targets;

libfuzzer_sys::fuzz_target!(init: panics::leave_caught(), |data: &[u8]| targets::parquet(data));
