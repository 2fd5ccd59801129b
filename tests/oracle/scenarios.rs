//! The histories that are judged, one function each. Why each is there stands beside it.

use super::scenario::{ErrorSeries, Gap, HOUR_S, Incident, Limits, Restart, Scenario, Traffic};

const MINUTE_S: i64 = 60;

fn incident(from: i64, for_s: i64, error_ratio: f64) -> Incident {
    Incident {
        during: from..from + for_s,
        error_ratio,
    }
}

/// Hour `hour` of day `day`, the first day being 0.
const fn at(day: i64, hour: i64) -> i64 {
    (24 * day + hour) * HOUR_S
}

const DAY_AND_NIGHT: Traffic = Traffic::Diurnal {
    lowest: 1.5,
    highest: 24.0,
};

/// Traffic that differs by 16 between day and night, with errors as usual and no incident.
pub fn diurnal() -> Scenario {
    Scenario {
        background: 0.0005,
        ..Scenario::quiet("diurnal", 1, DAY_AND_NIGHT)
    }
}

/// Bursts of ten minutes an hour and a half, 40 times the traffic in between; errors double that spend the
/// budget slowly.
pub fn bursty() -> Scenario {
    Scenario {
        incidents: vec![
            incident(at(2, 0), 5 * HOUR_S, 0.004),
            incident(at(4, 6), 3 * HOUR_S, 0.02),
        ],
        ..Scenario::quiet(
            "bursty",
            2,
            Traffic::Bursty {
                quiet: 0.8,
                burst: 32.0,
                burst_s: 10 * MINUTE_S,
                every_s: 90 * MINUTE_S,
            },
        )
    }
}

/// Errors at the time of most traffic; the first incident also leaves the 3d window again.
pub fn peak() -> Scenario {
    Scenario {
        incidents: vec![
            incident(at(1, 15), 40 * MINUTE_S, 0.10),
            incident(at(4, 14), 90 * MINUTE_S, 0.03),
        ],
        ..Scenario::quiet("peak", 3, DAY_AND_NIGHT)
    }
}

/// Errors at the time of least traffic, where an average of ratios is most wrong.
pub fn trough() -> Scenario {
    Scenario {
        incidents: vec![
            incident(at(1, 3), 40 * MINUTE_S, 0.5),
            incident(at(4, 2), 90 * MINUTE_S, 0.10),
        ],
        ..Scenario::quiet("trough", 4, DAY_AND_NIGHT)
    }
}

/// Every instance restarts every few hours, one of them in the middle of an incident. Its counters start at
/// zero, as good client libraries are told to do it.
pub fn restarts() -> Scenario {
    let restarts = (1..32)
        .flat_map(|turn| {
            (0..3).map(move |instance: usize| Restart {
                instance,
                at: 5 * HOUR_S * turn + 1_237 * (instance as i64 + 1),
                gone_s: 40,
            })
        })
        .chain([Restart {
            instance: 1,
            at: at(4, 12) + 17 * MINUTE_S,
            gone_s: 30,
        }])
        .collect();
    Scenario {
        incidents: vec![incident(at(4, 12), 45 * MINUTE_S, 0.05)],
        restarts,
        error_series: ErrorSeries::AtStart,
        ..Scenario::quiet("restarts", 5, Traffic::Steady { rate: 18.0 })
    }
}

/// The same with error series that are born with the first error after each restart, on average 14 minutes
/// later. A tile whose edge falls into that time sees a new series, whose first value is no rise.
pub fn reborn() -> Scenario {
    Scenario {
        name: "reborn",
        error_series: ErrorSeries::AtFirstError,
        limits: Limits {
            median: 0.02,
            worst: 0.10,
        },
        ..restarts()
    }
}

/// Prometheus misses scrapes: a single one every hour, a quarter of an hour of all, half an hour of one
/// instance. A busy service, so that chance in a gap is small against the rest.
pub fn gaps() -> Scenario {
    let all = |from: i64, for_s: i64| Gap {
        instance: None,
        during: from..from + for_s,
    };
    let mut gaps: Vec<Gap> = (1..160)
        .map(|turn| all(turn * HOUR_S + 97 * turn, 20))
        .collect();
    gaps.extend([
        all(at(2, 7) + 11 * MINUTE_S, 15 * MINUTE_S),
        all(at(3, 22), 3 * MINUTE_S),
        Gap {
            instance: Some(2),
            during: at(3, 5)..at(3, 5) + 30 * MINUTE_S,
        },
    ]);
    Scenario {
        incidents: vec![incident(at(4, 9), HOUR_S, 0.05)],
        background: 0.0006,
        gaps,
        ..Scenario::quiet("gaps", 6, Traffic::Steady { rate: 60.0 })
    }
}

/// Three minutes without any scrape within an incident of an hour: a tile whose edge falls into them knows
/// no more of them than what it sees on its own side.
pub fn blindfold() -> Scenario {
    Scenario {
        incidents: vec![incident(at(4, 9), HOUR_S, 0.05)],
        gaps: vec![Gap {
            instance: None,
            during: at(4, 9) + 20 * MINUTE_S..at(4, 9) + 23 * MINUTE_S,
        }],
        limits: Limits {
            median: 0.005,
            worst: 0.10,
        },
        ..Scenario::quiet("blindfold", 10, Traffic::Steady { rate: 18.0 })
    }
}

/// Nobody calls from midnight to five, and on two nights the service is gone meanwhile; had it been
/// called it would have failed. Its counters start at zero.
pub fn down() -> Scenario {
    let night = |day: i64| {
        (0..3).map(move |instance| Restart {
            instance,
            at: at(day, 1),
            gone_s: 3 * HOUR_S,
        })
    };
    Scenario {
        error_series: ErrorSeries::AtStart,
        incidents: vec![
            incident(at(2, 1), 3 * HOUR_S, 1.0),
            incident(at(4, 1), 3 * HOUR_S, 1.0),
        ],
        restarts: night(2).chain(night(4)).collect(),
        ..Scenario::quiet(
            "down",
            7,
            Traffic::SilentNights {
                rate: 12.0,
                silent_s: 5 * HOUR_S,
            },
        )
    }
}

/// Ten events an hour: first a single error, which must stay silent, later everything fails for eight hours.
pub fn rare() -> Scenario {
    Scenario {
        background: 0.002,
        incidents: vec![incident(at(4, 8), 8 * HOUR_S, 1.0)],
        instances: 2,
        ..Scenario::quiet(
            "rare",
            8,
            Traffic::Steady {
                rate: 10.0 / HOUR_S as f64,
            },
        )
    }
}

/// No error ever, until an incident bears the series of errors; arrivals without chance.
pub fn newborn() -> Scenario {
    Scenario {
        background: 0.0,
        incidents: vec![incident(at(4, 10), HOUR_S, 0.05)],
        ..Scenario::quiet("newborn", 9, Traffic::Fixed { every_s: 2 })
    }
}

/// Scrapes once a minute, as burnwatch is told.
pub fn minutely() -> Scenario {
    Scenario {
        scrape_s: 60,
        declared_scrape_s: 60,
        background: 0.0006,
        incidents: vec![incident(at(4, 12), 50 * MINUTE_S, 0.06)],
        ..Scenario::quiet("minutely", 11, Traffic::Steady { rate: 18.0 })
    }
}

/// Scrapes once a minute while burnwatch believes that there are four: what falls between two tiles is
/// lost, and made up for by extrapolation on average.
pub fn undeclared() -> Scenario {
    Scenario {
        name: "undeclared",
        declared_scrape_s: 15,
        limits: Limits {
            median: 0.02,
            worst: 0.25,
        },
        ..minutely()
    }
}

/// Forty days, so that the windows of the whole period are full for ten of them; incidents enter and leave.
pub fn month() -> Scenario {
    Scenario {
        blocks: 6,
        instances: 2,
        incidents: vec![
            incident(at(2, 9), HOUR_S, 0.05),
            incident(at(11, 20), 30 * MINUTE_S, 0.20),
            incident(at(36, 13), 40 * MINUTE_S, 0.10),
        ],
        ..Scenario {
            name: "month",
            seed: 12,
            traffic: DAY_AND_NIGHT,
            ..minutely()
        }
    }
}

/// The same with counters that start at zero, to tell the cost of a late birth from the rest.
pub fn initialised() -> Scenario {
    Scenario {
        error_series: ErrorSeries::AtStart,
        name: "initialised",
        ..newborn()
    }
}
