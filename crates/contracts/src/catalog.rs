//! The services there are: the one page that operator, images, chart and tests iterate over.

/// One service of a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// The name of its package, binary, image, Deployment and user.
    pub name: &'static str,
    /// The port it listens on.
    pub port: u16,
    /// The path prefixes that the gateway sends to it.
    pub routes: &'static [&'static str],
    /// Whether it has a database of its own.
    pub has_store: bool,
    /// Whether it says or hears messages.
    pub has_bus: bool,
}

/// The single entry.
pub const GATEWAY: Service =
    Service { name: "gateway", port: 3000, routes: &[], has_store: false, has_bus: false };
/// The catalogue.
pub const PRODUCTS: Service = Service {
    name: "products",
    port: 3001,
    routes: &["/api/products"],
    has_store: true,
    has_bus: true,
};
/// Orders and the order process.
pub const ORDERS: Service = Service {
    name: "orders",
    port: 3002,
    routes: &["/api/orders", "/api/carts", "/order"],
    has_store: true,
    has_bus: true,
};
/// Customers, their addresses, and who they are.
pub const CUSTOMERS: Service = Service {
    name: "customers",
    port: 3003,
    routes: &["/api/customers", "/.well-known/jwks.json"],
    has_store: true,
    has_bus: true,
};
/// Payments: authorised, captured, voided, refunded.
pub const PAYMENTS: Service = Service {
    name: "payments",
    port: 3004,
    routes: &["/api/payments"],
    has_store: true,
    has_bus: true,
};
/// Stock and reservations.
pub const INVENTORY: Service = Service {
    name: "inventory",
    port: 3005,
    routes: &["/api/inventory"],
    has_store: true,
    has_bus: true,
};
/// Parcels, until they are delivered.
pub const SHIPPING: Service = Service {
    name: "shipping",
    port: 3006,
    routes: &["/api/shipping"],
    has_store: true,
    has_bus: true,
};
/// Mail to customers and stakeholders.
pub const EMAIL: Service =
    Service { name: "email", port: 3007, routes: &[], has_store: true, has_bus: true };

/// All services, the entry first.
pub const CATALOG: [Service; 8] =
    [GATEWAY, PRODUCTS, ORDERS, CUSTOMERS, PAYMENTS, INVENTORY, SHIPPING, EMAIL];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_ports_and_routes_are_unique() {
        let names: BTreeSet<_> = CATALOG.iter().map(|it| it.name).collect();
        let ports: BTreeSet<_> = CATALOG.iter().map(|it| it.port).collect();
        assert_eq!((names.len(), ports.len()), (CATALOG.len(), CATALOG.len()));
        let routes: Vec<_> = CATALOG.iter().flat_map(|it| it.routes).collect();
        assert_eq!(routes.iter().collect::<BTreeSet<_>>().len(), routes.len());
    }
}
