//! What is printed reads back as what it was printed from.

use burnwatch::base::Duration;
use burnwatch::promql::expr::{Binary, Expr, Node, Number, Sign, Subquery};
use burnwatch::promql::op::BinaryOp;
use burnwatch::promql::{parse, parse_matchers, parse_template, print};

use crate::corpus::CORPUS;
use crate::dice::Dice;

fn printed(expr: &Expr, window: Option<Duration>) -> String {
    let mut out = String::new();
    print(&mut out, expr, window);
    out
}

fn check(text: &str, expected: &str) {
    let expr = parse_template(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
    assert_eq!(printed(&expr, None), expected);
}

#[test]
fn printing_keeps_what_the_author_meant() {
    check(
        "sum by(job)(rate( x{b=`5\\d`,a='1',} [ $window ]))  # tail",
        "sum by (job) (rate(x{b=~\"\",a=\"1\"}[$window]))"
            .replace("b=~\"\"", "b=\"5\\\\d\"")
            .as_str(),
    );
    check("SUM (x) BY (a)", "sum by (a) (x)");
    check("x[90m] OFFSET 1w", "x[1h30m] offset 7d");
    check("x[300]", "x[5m]");
    check("x * on(a) group_left y", "x * on (a) group_left () y");
    check("{\"my.metric\"}", "{__name__=\"my.metric\"}");
    check("1e21 + 1e300 + 0.0000000001", "1e21 + 1e300 + 1e-10");
    check("x  offset\n-5m@start()", "x offset -5m @ start()");
    check("foo + fill(0) bar", "foo + fill (0) bar");
}

#[test]
fn the_window_is_put_in_where_one_is_given() {
    let expr =
        parse_template("max_over_time(rate(x[$window])[1h:$window] offset -$window)").unwrap();
    let text = printed(&expr, Some(Duration::minutes(90)));
    assert_eq!(
        text,
        "max_over_time(rate(x[1h30m])[1h:1h30m] offset -1h30m)"
    );
    assert!(parse(&text).is_ok());
}

#[test]
fn what_is_printed_reads_back_as_it_was() {
    for text in CORPUS {
        let expr = parse_template(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        let again = printed(&expr, None);
        assert!(!again.contains('\n'), "{again}");
        assert_eq!(
            parse_template(&again).as_ref(),
            Ok(&expr),
            "{text}: {again}"
        );
        let with_window = printed(&expr, Some(Duration::minutes(5)));
        assert!(parse(&with_window).is_ok(), "{text}: {with_window}");
    }
}

#[test]
fn matchers_print_as_they_are_read() {
    let matchers = parse_matchers("code=~\"5..\", \"a.b\"!='\\\\x', c!~`\\d`").unwrap();
    let texts: Vec<String> = matchers.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        ["code=~\"5..\"", "\"a.b\"!=\"\\\\x\"", "c!~\"\\\\d\""]
    );
}

/// An expression that no author wrote: operators over operators, without any parentheses.
fn built(dice: &mut Dice, depth: usize) -> Expr {
    let place = Default::default();
    let node = match dice.below(if depth == 0 { 4 } else { 9 }) {
        0 => Node::Number(Number([1.5, -2.0, 0.0, -0.0, f64::INFINITY][dice.below(5)])),
        1..4 => {
            let text = dice.pick(&["x", "sum(x)", "x offset 5m", "rate(x[$window])", "by"]);
            parse_template(text).unwrap().node
        }
        4 => {
            let sign = [Sign::Plus, Sign::Minus][dice.below(2)];
            Node::Unary(sign, Box::new(built(dice, depth - 1)))
        }
        5 => {
            let subquery = parse_template("max_over_time(x[5m:])").unwrap();
            let Node::Call(mut call) = subquery.node else {
                panic!("a call")
            };
            let Node::Subquery(mut inner) = call.args.remove(0).node else {
                panic!("a subquery")
            };
            inner.of = built(dice, depth - 1);
            // A vector, whatever the type of what is inside.
            inner.of = Expr::new(place, vector_of(inner.of));
            call.args.push(Expr::new(
                place,
                Node::Subquery(Box::new(Subquery { ..*inner })),
            ));
            Node::Call(call)
        }
        _ => {
            let op = BinaryOp::ALL[dice.below(BinaryOp::ALL.len())];
            Node::Binary(Box::new(Binary {
                op,
                op_place: place,
                returns: Default::default(),
                matching: Default::default(),
                left: Expr::new(place, vector_of(built(dice, depth - 1))),
                right: Expr::new(place, vector_of(built(dice, depth - 1))),
            }))
        }
    };
    Expr::new(place, node)
}

/// Scalars become vectors, so that all operators have types that fit.
fn vector_of(expr: Expr) -> Node {
    use burnwatch::promql::functions::{self, Type};
    if burnwatch::promql::types::type_of(&expr) == Type::Vector {
        return expr.node;
    }
    Node::Call(burnwatch::promql::expr::Call {
        function: functions::find("vector").unwrap(),
        name_place: Default::default(),
        args: vec![expr],
    })
}

/// `expr` without parentheses of its own.
fn bare(mut expr: Expr) -> Expr {
    expr.walk_mut(&mut |each| {
        while let Node::Paren(inner) = &mut each.node {
            each.node = std::mem::replace(&mut inner.node, Node::Text(Vec::new()));
        }
    });
    expr
}

#[test]
fn expressions_that_nobody_wrote_get_the_parentheses_they_need() {
    let mut dice = Dice(7);
    for _ in 0..3_000 {
        let expr = built(&mut dice, 5);
        let text = printed(&expr, None);
        let again = parse_template(&text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        assert_eq!(bare(again), expr, "{text}");
    }
}
