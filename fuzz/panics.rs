//! Panics that end no run of a fuzz target.

/// libFuzzer's hook ends the process on any panic, also on one of the Parquet library that is caught: that one is
/// left to whoever catches it.
pub fn leave_caught() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |told| {
        if !unchaff::input::is_panic_caught() {
            usual(told);
        }
    }));
}
