#![no_main]

#[path = "../targets/mod.rs"]
#[allow(dead_code)]
mod targets;

libfuzzer_sys::fuzz_target!(
    // libFuzzer's hook ends the process on any panic, also on those of the Parquet library that are caught.
    init: {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |told| {
            if !unchaff::input::is_panic_caught() {
                usual(told);
            }
        }));
    },
    |data: &[u8]| targets::formats(data)
);
