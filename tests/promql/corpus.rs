//! Texts that together use all of the language.

/// Valid texts; some use `$window`.
pub const CORPUS: &[&str] = &[
    "1",
    "-1 ^ 2",
    "(-1) ^ 2",
    "-(1)",
    "--foo",
    "+foo",
    "2 ^ -foo ^ 3",
    "2 ^ -3 * 4",
    "(2 ^ 3) ^ 4",
    "2 ^ 3 ^ 4",
    "1 - (2 - 3)",
    "1 - 2 - 3",
    "0x1F + 017 + 1_000 + .5 + 5. + 1e-9 + 1e300 + Inf - NaN",
    "5m * foo",
    "\"text with \\\" and \\\\ and \\xff and \u{e9}\"",
    "`raw \\d`",
    "foo",
    "foo{}",
    "foo:bar:rate5m",
    "sum",
    "by{or=\"and\"} + without",
    "offset offset 5m",
    "fill + fill",
    "start + end / step * range",
    "{__name__=~\"foo.*\", a!=\"b\", c!~\"d|e\",}",
    "{\"my.metric\", \"my.label\"=\"x\", b=`\\w+`}",
    "foo{path=~`/api/\\d+`, x=''}",
    "foo offset 5m",
    "foo offset -1h30m @ 1603774699.5",
    "foo @ start() offset 1w",
    "foo[5m] @ end()",
    "foo[300] offset 0.0001",
    "foo[5m] anchored",
    "foo[5m] smoothed offset 1m",
    "foo anchored",
    "rate(foo[$window])",
    "max_over_time(rate(foo[5m])[$window:30s])",
    "max_over_time(rate(foo[$window])[1h:$window] offset -$window)",
    "min_over_time(rate(foo[2s])[5m:] @ 100)[4m:3s]",
    "(foo + bar)[5m:1m]",
    "(-foo)[5m:]",
    "foo and bar or baz unless on () qux",
    "foo == bool 1 > bool bar",
    "foo * on (a, b) group_left (c) bar",
    "foo / ignoring (a) group_right bar",
    "foo * on (a) group_left () (bar + baz)",
    "foo + on (a) fill (0) bar",
    "foo + fill_left (-1) fill_right (2m) bar",
    "foo - ignoring (x) fill_right (NaN) bar",
    "foo atan2 bar % baz",
    "foo </ 5 + bar >/ 2",
    "sum(foo)",
    "sum by (a, \"b.c\", bool, on) (foo)",
    "sum (foo) without (a)",
    "sum without () (foo)",
    "topk(3, foo)",
    "quantile by (le) (0.9, foo)",
    "count_values(\"v\", foo)",
    "limitk(2, foo) + limit_ratio(-0.5, foo)",
    "topk(scalar(k), rate(total[$window:30s] offset 5m)) # tail",
    "histogram_quantile(0.99, sum by (le) (rate(foo_bucket[$window])))",
    "label_join(foo, \"a\", \",\", \"b\", \"c\", \"d\")",
    "label_replace(foo, \"a\", \"$1\", \"b\", \"(.*)\")",
    "info(rate(foo[5m]), {a=\"b\"})",
    "hour() + time() + pi() + max_of(1, 2)",
    "absent_over_time(foo[5m])",
    "sum(rate(foo{code=~\"5..\"}[$window])) # errors\n/\nsum(rate(foo[$window])) # events",
    "((foo))",
    "vector(1) > 0 or vector(0)",
    "foo{a=~\"x{2,3}|[[:alpha:]]\"}",
];

/// A small generator of numbers that look random, the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        // The constants of SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}
