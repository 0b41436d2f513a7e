use chassis::problem::Problem;
use http::StatusCode;
use hyper_util::client::legacy;
use std::time::Duration;

/// How long a client should wait before it asks again for a service that is too busy or cannot be reached.
const COME_BACK: Duration = Duration::from_secs(1);

/// Why a request has not been answered by a service; the text is for the client.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No service owns the path.
    #[error("There is nothing at this path.")]
    NoSuchRoute,
    /// The method is for proxies of another kind, or would show what is sent in confidence.
    #[error("The gateway does not know this method.")]
    NoSuchMethod,
    /// HTTP/1.1 asks for exactly one `Host` (RFC 9112 §3.2).
    #[error("A request must have one Host field, such as Host: shop.example.com.")]
    NoHost,
    /// The target names another host than `Host` does.
    #[error("The target and the Host field must name the same host.")]
    OtherHost,
    /// Two readers could see two paths in it.
    #[error(
        "The path must not have empty segments, `.` or `..`, nor slashes or control characters in disguise."
    )]
    BadPath,
    /// The body is larger than any service takes.
    #[error("The body must not be larger than {} bytes.", chassis::http::LARGEST_BODY)]
    TooLarge,
    /// The client stopped in the middle of the body, or sent what is none.
    #[error("The body broke off.")]
    BrokenOff,
    /// The client took too long over the body.
    #[error("The body did not arrive in time.")]
    SenderTooSlow,
    /// Too many requests are there already; nothing of this one was sent.
    #[error("The service is too busy at the moment. Try again.")]
    Busy,
    /// The service has failed too often of late; nothing was sent.
    #[error("The service does not work at the moment. Try again.")]
    Open {
        /// When it makes sense to try again.
        retry_after: Duration,
    },
    /// No connection could be had; nothing of the request was sent.
    #[error("The service cannot be reached at the moment. Try again.")]
    Unreachable {
        /// What went wrong.
        source: legacy::Error,
    },
    /// The connection broke, or what came was no HTTP.
    #[error("The service gave no proper answer. The request may have taken effect.")]
    BadAnswer {
        /// What went wrong.
        source: legacy::Error,
    },
    /// The answer broke off before its end, and nothing of it was passed on.
    #[error("The service broke off its answer. The request may have taken effect.")]
    HalfAnAnswer {
        /// What went wrong.
        source: hyper::Error,
    },
    /// What came was HTTP, but no final answer.
    #[error("The service gave no final answer. The request may have taken effect.")]
    NoAnswer,
    /// Nothing came in time.
    #[error("The service did not answer in time. The request may have taken effect.")]
    TooSlow,
}

impl Error {
    /// A stable name for people and dashboards.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchRoute => "no-such-route",
            Self::NoSuchMethod => "no-such-method",
            Self::NoHost => "no-host",
            Self::OtherHost => "other-host",
            Self::BadPath => "bad-path",
            Self::TooLarge => "body-too-large",
            Self::BrokenOff => "body-broken-off",
            Self::SenderTooSlow => "body-too-slow",
            Self::Busy => "upstream-busy",
            Self::Open { .. } => "upstream-failing",
            Self::Unreachable { .. } => "upstream-unreachable",
            Self::BadAnswer { .. } | Self::HalfAnAnswer { .. } | Self::NoAnswer => {
                "upstream-bad-answer"
            }
            Self::TooSlow => "upstream-too-slow",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchRoute => StatusCode::NOT_FOUND,
            Self::NoSuchMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoHost | Self::OtherHost | Self::BadPath | Self::BrokenOff => {
                StatusCode::BAD_REQUEST
            }
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::SenderTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Busy | Self::Open { .. } | Self::Unreachable { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::BadAnswer { .. } | Self::HalfAnAnswer { .. } | Self::NoAnswer => {
                StatusCode::BAD_GATEWAY
            }
            Self::TooSlow => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// When it makes sense to ask again, where that is known.
    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy | Self::Unreachable { .. } => Some(COME_BACK),
            Self::Open { retry_after } => Some(*retry_after),
            Self::NoSuchRoute
            | Self::NoSuchMethod
            | Self::NoHost
            | Self::OtherHost
            | Self::BadPath
            | Self::TooLarge
            | Self::BrokenOff
            | Self::SenderTooSlow
            | Self::BadAnswer { .. }
            | Self::HalfAnAnswer { .. }
            | Self::NoAnswer
            | Self::TooSlow => None,
        }
    }

    /// What the client reads.
    pub fn problem(&self) -> Problem {
        let problem = Problem::new(self.status(), self.code(), self.to_string());
        match self.retry_after() {
            Some(wait) => problem.retry_after(wait),
            None => problem,
        }
    }
}
