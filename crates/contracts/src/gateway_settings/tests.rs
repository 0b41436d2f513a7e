use super::*;
use serde_json::json;

fn wrong(text: &str) -> Vec<String> {
    let BadSettings(wrong) = CheckedSettings::read(text).unwrap_err();
    wrong.into_iter().map(|it| it.to_string()).collect()
}

#[test]
fn what_is_left_out_is_as_ever() {
    let default = CheckedSettings::default();
    assert_eq!(CheckedSettings::read("{}"), Ok(default.clone()));
    assert_eq!(GatewaySettings::default().checked(), Ok(default.clone()));
    let text = serde_json::to_string(&*default).unwrap();
    assert_eq!(CheckedSettings::read(&text), Ok(default));
}

#[test]
fn they_are_written_as_people_write_them() {
    let text = json!({
        "rateLimit": {"requests": 1000, "per": "1m"},
        "signInRateLimit": {"requests": 5},
        "trustedHops": 1,
        "timeout": "2s 500ms",
        "routes": [{"path": "/api/orders", "timeout": "10s", "rateLimit": {"requests": 20}}],
        "concurrency": {"limit": 64, "adaptive": true, "min": 8, "max": 256},
        "retry": {"attempts": 2},
        "circuitBreaker": {"window": {"calls": 100}, "failureRate": 50},
        "upstreams": {"orders": {"retry": {"budgetPercent": 10}}},
        "cors": {"origins": ["https://shop.example.com"], "maxAge": "1h"},
        "staleCatalogue": "0s",
    });
    let settings = CheckedSettings::read(&text.to_string()).unwrap();
    assert_eq!(settings.timeout, Time::from_millis(2_500));
    assert_eq!(settings.circuit_breaker.window, BreakerWindow::Calls(100));
    assert_eq!(serde_json::to_value(&*settings).unwrap()["circuitBreaker"]["window"]["calls"], 100);
    assert_eq!(settings.sign_in_rate_limit, SignInRateLimit { requests: 5, ..Default::default() });
}

#[test]
fn a_group_of_a_service_holds_in_place_of_the_whole_group() {
    let text = r#"{"timeout": "2s", "retry": {"attempts": 5}, "upstreams":
        {"orders": {"timeout": "9s"}, "products": {"retry": {"maxDelay": "2s"}}}}"#;
    let settings = CheckedSettings::read(text).unwrap();
    let [orders, products, shipping] =
        ["orders", "products", "shipping"].map(|it| settings.protection(it));
    assert_eq!((orders.timeout, orders.retry.attempts), (Time::from_secs(9), 5));
    assert_eq!((products.timeout, products.retry.attempts), (Time::from_secs(2), 3));
    assert_eq!((shipping.timeout, shipping.retry.attempts), (Time::from_secs(2), 5));
}

#[test]
fn the_longest_prefix_of_a_path_counts() {
    let text = r#"{"routes": [{"path": "/api"}, {"path": "/api/orders"}]}"#;
    let settings = CheckedSettings::read(text).unwrap();
    let found = |path| settings.route(path).map(|it| it.path.clone());
    assert_eq!(found("/api/orders/1").as_deref(), Some("/api/orders"));
    assert_eq!(found("/api/ordersx").as_deref(), Some("/api"));
    assert_eq!(found("/apix"), None);
}

#[test]
fn each_wrong_field_is_named() {
    for (text, field) in [
        ("", "."),
        ("{} {}", "."),
        (r#"{"colour": "red"}"#, "colour"),
        (r#"{"timeout": "soon"}"#, "timeout"),
        (r#"{"timeout": "25h"}"#, "timeout"),
        (r#"{"timeout": 5}"#, "timeout"),
        (r#"{"timeout": "0s"}"#, "timeout"),
        (r#"{"rateLimit": {"requests": -1}}"#, "rateLimit.requests"),
        (r#"{"rateLimit": {"requests": 0}}"#, "rateLimit.requests"),
        (r#"{"rateLimit": {"per": "0s"}}"#, "rateLimit.per"),
        (r#"{"signInRateLimit": {"requests": 0}}"#, "signInRateLimit.requests"),
        (r#"{"trustedHops": 17}"#, "trustedHops"),
        (r#"{"routes": [{"timeout": "1s"}]}"#, "routes[0]"),
        (r#"{"routes": [{"path": "api"}]}"#, "routes[0].path"),
        (r#"{"routes": [{"path": "/"}]}"#, "routes[0].path"),
        (r#"{"routes": [{"path": "/a"}, {"path": "/a"}]}"#, "routes[1].path"),
        (
            r#"{"routes": [{"path": "/a", "rateLimit": {"requests": 0}}]}"#,
            "routes[0].rateLimit.requests",
        ),
        (r#"{"concurrency": {"limit": 0}}"#, "concurrency.limit"),
        (r#"{"concurrency": {"adaptive": true, "min": 200}}"#, "concurrency.limit"),
        (r#"{"retry": {"attempts": 0}}"#, "retry.attempts"),
        (r#"{"retry": {"baseDelay": "2s"}}"#, "retry.baseDelay"),
        (r#"{"retry": {"budgetPercent": 101}}"#, "retry.budgetPercent"),
        (r#"{"circuitBreaker": {"failureRate": 0}}"#, "circuitBreaker.failureRate"),
        (r#"{"circuitBreaker": {"window": {"calls": 10}}}"#, "circuitBreaker.minimumCalls"),
        (r#"{"circuitBreaker": {"window": {"time": "1ms"}}}"#, "circuitBreaker.window.time"),
        (r#"{"circuitBreaker": {"openFor": "1m"}}"#, "circuitBreaker.maxOpenFor"),
        (r#"{"upstreams": {"email": {}}}"#, "upstreams.email"),
        (
            r#"{"upstreams": {"orders": {"retry": {"attempts": 11}}}}"#,
            "upstreams.orders.retry.attempts",
        ),
        (r#"{"cors": {"origins": ["https://shop.example.com/"]}}"#, "cors.origins[0]"),
        (r#"{"cors": {"origins": ["*", "http://a"]}}"#, "cors.origins[0]"),
        (r#"{"cors": {"methods": ["GET, PUT"]}}"#, "cors.methods[0]"),
    ] {
        let found = wrong(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(found[0].starts_with(&format!("{field}: ")), "{text}: {found:?}");
    }
    assert_eq!(wrong(r#"{"timeout": "0s", "retry": {"attempts": 0}}"#).len(), 2);
    assert!(wrong(r#"{"timeout": "soon"}"#)[0].contains("such as 5s"));
}

#[test]
fn times_are_read_as_they_are_written() {
    for text in ["0s", "1ms", "1m 30s", "1day"] {
        let time: Time = text.parse().unwrap();
        assert_eq!(time.to_string().parse(), Ok(time), "{text}");
    }
    assert_eq!("2 days".parse::<Time>(), Err(NotATime));
}
