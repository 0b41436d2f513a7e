//! Which service a path belongs to, and where that service is.

use crate::upstream::Upstream;
use contracts::catalog::Service;
use http::uri::{Authority, PathAndQuery, Scheme, Uri};
use std::{cmp::Reverse, fmt, str::FromStr, sync::Arc};

/// Where a service is: host and port, reached by plain HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(Authority);

/// A text that is no [`Origin`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an address such as http://orders:3002, without user and path")]
pub struct NotAnOrigin;

impl Origin {
    /// The address of something at this origin.
    ///
    /// # Panics
    /// When the path does not begin with `/`, which every routed one does.
    #[expect(clippy::expect_used, reason = "all three parts have been parsed")]
    pub fn at(&self, target: &PathAndQuery) -> Uri {
        let uri = Uri::builder().scheme(Scheme::HTTP).authority(self.0.clone());
        uri.path_and_query(target.clone()).build().expect("parsed parts make an address")
    }
}

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let uri: Uri = text.parse().map_err(|_bad_uri| NotAnOrigin)?;
        let plain = uri.scheme() == Some(&Scheme::HTTP) && matches!(uri.path(), "" | "/");
        match uri.authority() {
            Some(authority) if plain && uri.query().is_none() && is_public(authority) => {
                Ok(Self(authority.clone()))
            }
            _ => Err(NotAnOrigin),
        }
    }
}

fn is_public(authority: &Authority) -> bool {
    !authority.as_str().contains('@')
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.0)
    }
}

/// Which upstream each path belongs to.
#[derive(Clone, Debug)]
pub struct Routes(Vec<(&'static str, Arc<Upstream>)>);

impl Routes {
    /// The routes that the catalog gives to these services.
    pub fn to(upstreams: impl IntoIterator<Item = (Service, Upstream)>) -> Self {
        let each = upstreams.into_iter().flat_map(|(service, upstream)| {
            let upstream = Arc::new(upstream);
            service.routes.iter().map(move |prefix| (*prefix, Arc::clone(&upstream)))
        });
        let mut routes: Vec<_> = each.collect();
        routes.sort_by_key(|(prefix, _)| Reverse(prefix.len()));
        Self(routes)
    }

    /// The upstream with the longest prefix of the path.
    pub fn find(&self, path: &str) -> Option<&Upstream> {
        self.0.iter().find(|(prefix, _)| covers(prefix, path)).map(|(_, upstream)| &**upstream)
    }
}

/// Whether the path is the prefix or lies below it: `/order` covers `/order/1`, but not `/orders`.
fn covers(prefix: &str, path: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{
        catalog::{ORDERS, PRODUCTS},
        gateway_settings::CheckedSettings,
    };

    fn to(service: Service) -> (Service, Upstream) {
        let origin = "http://localhost:1".parse().unwrap();
        let protection = CheckedSettings::default().protection(service.name);
        (service, Upstream::new(service.name, origin, protection))
    }

    fn found(path: &str) -> Option<&'static str> {
        let routes = Routes::to([PRODUCTS, ORDERS].map(to));
        routes.find(path).map(|it| it.name)
    }

    #[test]
    fn a_prefix_ends_at_the_border_of_a_segment() {
        for path in ["/order", "/order/", "/order/1", "/api/orders", "/api/orders/1/lines"] {
            assert_eq!(found(path), Some("orders"), "{path}");
        }
        for path in ["", "*", "/", "/orders", "/order1", "/api", "/api/order", "/api/ordersx"] {
            assert_eq!(found(path), None, "{path}");
        }
        assert_eq!(found("/api/products"), Some("products"));
    }

    #[test]
    fn the_longest_prefix_wins() {
        let service = |name, routes| Service { name, routes, ..ORDERS };
        let routes = [service("short", &["/api"]), service("long", &["/api/orders"])].map(to);
        let routes = Routes::to(routes);
        assert_eq!(routes.find("/api/orders/1").unwrap().name, "long");
        assert_eq!(routes.find("/api/1").unwrap().name, "short");
    }

    #[test]
    fn origins() {
        let orders: Origin = "http://orders:3002".parse().unwrap();
        assert_eq!("http://orders:3002/".parse(), Ok(orders.clone()));
        let target = PathAndQuery::from_static("/order?dry=1");
        assert_eq!(orders.at(&target).to_string(), "http://orders:3002/order?dry=1");
        for bad in
            ["", "orders", "orders:3002", "https://orders", "http://orders/x", "http://a:b@orders"]
        {
            assert_eq!(bad.parse::<Origin>(), Err(NotAnOrigin), "{bad}");
        }
    }
}
