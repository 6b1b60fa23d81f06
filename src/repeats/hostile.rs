//! Texts on which careless searches are quadratic, for tests.

/// Words over an alphabet, as texts of tokens that make careless searches quadratic.
pub(super) fn hostile(tokens: usize) -> Vec<(&'static str, Vec<u8>)> {
    let mut fibonacci = (vec![0_u8], vec![0_u8, 1]);
    while fibonacci.1.len() < tokens {
        fibonacci = (fibonacci.1.clone(), [fibonacci.1, fibonacci.0].concat());
    }
    let mut random = 1_u64;
    let mut next = move |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    let line: Vec<u8> = (0..30).collect();
    vec![
        ("one token", vec![7; tokens]),
        ("period 2", [0, 1].repeat(tokens / 2)),
        ("period 31", (0..31).collect::<Vec<u8>>().repeat(tokens / 31)),
        ("fibonacci", fibonacci.1[..tokens].to_vec()),
        ("thue-morse", (0..tokens).map(|at| (at.count_ones() % 2) as u8).collect()),
        ("equal lines", line.repeat(tokens / 30)),
        ("two symbols", (0..tokens).map(|_| u8::from(next(2) == 1)).collect()),
        (
            "nearly equal lines",
            line.repeat(tokens / 30)
                .into_iter()
                .enumerate()
                .map(|(at, token)| if at % 97 == 0 { 200 } else { token })
                .collect(),
        ),
    ]
}
