//! A server of which every counter counts at every step, but those that it does not know.

use crate::kit::fake::{Behaviour, Fake, Request};

/// An answer without any series.
pub const EMPTY: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#;

/// A server that has nothing where a question names one of `unknown`.
pub fn steady(unknown: &'static [&'static str]) -> Fake {
    Fake::start(move |request: &Request| {
        if unknown.iter().any(|name| request.body.contains(name)) {
            return Behaviour::json(EMPTY);
        }
        let form = |name: &str| {
            let mut values = request
                .body
                .split('&')
                .filter_map(|pair| pair.split_once('='));
            let value = values.find(|(key, _)| *key == name).unwrap().1;
            value.parse::<f64>().unwrap() as i64
        };
        let (start, end, step) = (form("start"), form("end"), form("step"));
        let times = (start..=end).step_by(step as usize);
        let values: Vec<_> = times.map(|at| serde_json::json!([at, "1"])).collect();
        let result = serde_json::json!([{"metric": {}, "values": values}]);
        let data = serde_json::json!({"resultType": "matrix", "result": result});
        Behaviour::json(serde_json::json!({"status": "success", "data": data}).to_string())
    })
}
