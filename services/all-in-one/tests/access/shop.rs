//! A whole shop with one customer in it, to whom one of everything belongs.

use crate::callers::Caller;
use async_trait::async_trait;
use axum::http::Method;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::{
    access::Operation,
    clock::{Clock as _, SharedClock, SystemClock},
    gateway::{KnownOrder, OrderSource, Unanswered},
    identity::{Principal, Role, SigningKey},
};
use contracts::{
    catalog::{CATALOG, CUSTOMERS, INVENTORY, ORDERS, PAYMENTS, PRODUCTS, SHIPPING, Service},
    ids::{CustomerId, MailId, MessageId, OrderId, ProductId},
    text::{EmailAddress, Name},
};
use customers::domain::FirstStaff;
use jiff::{SignedDuration, Timestamp};
use orders::{Entry, Timing};
use serde_json::{Value, json};
use shop_dev::{Ground, Outside, Patience, Secrets};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use testkit::{Answer, Caller as Http, Running, eventually};

const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const LONG: Duration = Duration::from_hours(1);

/// Orders hear of all products here in time.
struct NoMore;

#[async_trait]
impl orders::ProductSource for NoMore {
    async fn by_id(&self, _id: ProductId) -> Result<Option<Entry>, orders::Error> {
        Ok(None)
    }

    async fn by_name(&self, _: &Name, _: &Name) -> Result<Option<Entry>, orders::Error> {
        Ok(None)
    }
}

#[async_trait]
impl OrderSource for NoMore {
    async fn order(&self, _id: OrderId) -> Result<Option<KnownOrder>, Unanswered> {
        Ok(None)
    }
}

/// The shop, as long as the test runs.
pub(crate) struct Shop {
    ground: Ground,
    doors: BTreeMap<&'static str, Http>,
    owner: CustomerId,
    /// What stands in paths.
    things: BTreeMap<&'static str, String>,
    _running: Vec<Running>,
}

fn ground() -> Ground {
    let staff = FirstStaff {
        email: EmailAddress::parse("staff@shop.internal").unwrap(),
        password: SECRET.parse().unwrap(),
    };
    let (webhook, inside) = (SECRET.parse().unwrap(), SECRET.parse().unwrap());
    let patience = Patience {
        orders: Timing { nudge: LONG, deadline: LONG, transfer_deadline: LONG },
        reservations: inventory::Patience { nudge: LONG, expiry: LONG },
        transfer: LONG,
    };
    let clock: SharedClock = Arc::new(SystemClock);
    Ground::new(clock, Secrets { webhook, inside, staff }, patience, Vec::new())
}

impl Shop {
    /// Opens it, and lets its customer order something.
    pub(crate) async fn open() -> Self {
        let ground = ground();
        let carrier =
            shipping::carrier::Simulator::new(shipping::carrier::Pace::Off, ground.clock.clone());
        let outside = Outside {
            provider: Arc::new(|simulator| Arc::new(simulator)),
            carrier: Arc::new(carrier),
            mailer: None,
            products: Arc::new(NoMore),
            orders: Arc::new(NoMore),
        };
        let (mut doors, mut running) = (BTreeMap::new(), Vec::new());
        for service in CATALOG.into_iter().filter(|it| it.has_store) {
            let process = ground.assemble(service, &testkit::any_port(), &outside);
            let process = process.without_socket();
            doors.insert(service.name, Http::of(&process));
            running.push(Running::start(process));
        }
        let owner = CustomerId::fresh();
        let mut shop = Self { ground, doors, owner, things: BTreeMap::new(), _running: running };
        shop.fill().await;
        shop
    }

    fn bearer(&self, id: &str, role: Role) -> String {
        let principal = Principal { id: id.to_owned(), role };
        format!("Bearer {}", self.ground.key.sign(&principal, SystemClock.now(), LONG))
    }

    /// What somebody shows.
    fn shows(&self, caller: Caller) -> Vec<(&'static str, String)> {
        let stranger = CustomerId::fresh().to_string();
        match caller {
            Caller::Nobody => Vec::new(),
            Caller::Stranger => vec![("authorization", self.bearer(&stranger, Role::Customer))],
            Caller::Owner => {
                vec![("authorization", self.bearer(&self.owner.to_string(), Role::Customer))]
            }
            Caller::Staff => vec![("authorization", self.bearer("staff", Role::Staff))],
            Caller::Service => vec![("x-shop-inside", SECRET.to_owned())],
        }
    }

    /// Tokens that are not good, by what is wrong with them.
    pub(crate) fn bad_tokens(&self) -> Vec<(&'static str, String)> {
        let staff = Principal { id: "staff".to_owned(), role: Role::Staff };
        let now = SystemClock.now();
        let sign = |key: &SigningKey, now: Timestamp| key.sign(&staff, now, LONG);
        let good = sign(&self.ground.key, now);
        let (header, rest) = good.split_once('.').unwrap();
        let (claims, signature) = rest.split_once('.').unwrap();
        let coded = |text: String| BASE64_URL_SAFE_NO_PAD.encode(text);
        let decoded = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
        let other = |alg: &str| coded(decoded.replace("EdDSA", alg));
        let promoted = BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap();
        let promoted = String::from_utf8(promoted).unwrap().replace("staff", "st4ff");
        let past = now - SignedDuration::from_hours(3);
        let ahead = now + SignedDuration::from_hours(3);
        let all = [
            ("expired", sign(&self.ground.key, past)),
            ("not yet valid", sign(&self.ground.key, ahead)),
            ("of another shop", sign(&SigningKey::generate(), now)),
            ("tampered with", format!("{header}.{}.{signature}", coded(promoted))),
            ("signed with nothing", format!("{}.{claims}.", other("none"))),
            ("of another algorithm", format!("{}.{claims}.{signature}", other("HS256"))),
            ("cut", good[..good.len() - 2].to_owned()),
            ("no token", "hunter2".to_owned()),
            ("empty", String::new()),
        ];
        all.into_iter().map(|(name, token)| (name, format!("Bearer {token}"))).collect()
    }

    /// Asks as somebody, about the customer's things.
    pub(crate) async fn asks(
        &self,
        service: Service,
        operation: &Operation,
        caller: Caller,
    ) -> Answer {
        let shown = self.shows(caller);
        let shown: Vec<_> = shown.iter().map(|(name, value)| (*name, value.as_str())).collect();
        // A customer who has left would not be found by the next who asks.
        if operation.method == Method::DELETE && operation.path.contains("{customer}") {
            let (customer, address) = self.somebody().await;
            let bearer = self.bearer(&customer, Role::Customer);
            let own = [("authorization", bearer.as_str())];
            let shown = if caller == Caller::Owner { &own } else { shown.as_slice() };
            let path = operation.path.replace("{customer}", &customer);
            return self
                .sends(service, operation, &path.replace("{address}", &address), shown)
                .await;
        }
        self.asks_with(service, operation, &shown).await
    }

    /// Asks with these fields.
    pub(crate) async fn asks_with(
        &self,
        service: Service,
        operation: &Operation,
        fields: &[(&str, &str)],
    ) -> Answer {
        let path = self.things.iter().fold(operation.path.to_owned(), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), value)
        });
        let thing = if service == SHIPPING { "shipment" } else { "letter" };
        let path = path.replace("{id}", &self.things[thing]);
        self.sends(service, operation, &path, fields).await
    }

    async fn sends(
        &self,
        service: Service,
        operation: &Operation,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let door = &self.doors[service.name];
        door.send(operation.method.clone(), path, fields, body_of(operation).to_owned()).await
    }

    async fn made(&self, service: Service, caller: Caller, path: &str, body: &Value) -> Value {
        let shown = self.shows(caller);
        let shown: Vec<_> = shown.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let door = &self.doors[service.name];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = door.send(Method::POST, path, &shown, body).await;
        assert!(answer.status.is_success(), "POST {path}: {} {}", answer.status, answer.body);
        answer.body
    }

    /// Waits until staff find something.
    async fn found(&self, service: Service, path: &str) -> Value {
        let staff = self.bearer("staff", Role::Staff);
        let found = async || {
            let fields = [("authorization", staff.as_str())];
            let door = &self.doors[service.name];
            let answer = door.send(Method::GET, path, &fields, String::new()).await;
            if answer.status.is_success() { Ok(answer.body) } else { Err(answer.body) }
        };
        eventually(found).await
    }

    /// Somebody who has just registered, and an address of theirs.
    async fn somebody(&self) -> (String, String) {
        let person = json!({
            "email": format!("{}@example.com", MessageId::fresh()), "password": "correct horse battery",
            "firstName": "Ada", "lastName": "Lovelace",
            "addresses": [{"street": "A", "city": "B", "zipCode": "1", "country": "C"}],
        });
        let person = self.made(CUSTOMERS, Caller::Nobody, "/api/customers", &person).await;
        (text(&person["customerId"]), text(&person["addresses"][0]["addressId"]))
    }

    /// Gives the customer one of everything.
    async fn fill(&mut self) {
        let (customer, address) = self.somebody().await;
        self.owner = customer.parse().unwrap();
        let product = json!({
            "name": "Laptop", "description": "Quiet.", "category": "Electronics",
            "price": {"amountMinor": 99_900, "currency": "USD"},
        });
        let product = self.made(PRODUCTS, Caller::Staff, "/api/products", &product).await;
        let product = text(&product["productId"]);
        let count = json!({"productId": product, "quantity": 10});
        self.made(INVENTORY, Caller::Staff, "/api/inventory", &count).await;
        let cart = self.made(ORDERS, Caller::Owner, "/api/carts", &Value::Null).await;
        let order = self.order(&product).await;
        let shipment = self.found(SHIPPING, &format!("/api/shipping/order/{order}")).await;
        let payment = self.found(PAYMENTS, &format!("/api/payments/order/{order}")).await;
        self.things = BTreeMap::from([
            ("customer", customer),
            ("address", address),
            ("product", product),
            ("cart", text(&cart["cartId"])),
            ("order", order),
            ("shipment", text(&shipment["shipmentId"])),
            ("payment", text(&payment["paymentId"])),
            ("queue", "orders_inventory_update_queue".to_owned()),
            ("letter", MailId::fresh().to_string()),
        ]);
    }

    /// Orders a product as soon as orders have heard of it; gives the order's id.
    async fn order(&self, product: &str) -> String {
        let order = json!({
            "items": [{"productId": product, "quantity": 1}], "paymentMethod": "credit_card",
            "paymentToken": "tok_ok", "email": "ada@example.com",
        });
        let shown = self.shows(Caller::Owner);
        let placed = async || {
            let fields = [(shown[0].0, shown[0].1.as_str())];
            let door = &self.doors[ORDERS.name];
            let answer = door.send(Method::POST, "/api/orders", &fields, order.to_string()).await;
            if answer.status == 201 { Ok(answer.body) } else { Err(answer.body) }
        };
        text(&eventually(placed).await["orderId"])
    }
}

/// What is sent: something that is understood where a thing is only looked for after that.
fn body_of(operation: &Operation) -> &'static str {
    let has_body = matches!(operation.method, Method::POST | Method::PUT);
    match operation.path {
        "/api/carts/{cart}/items/{product}" if has_body => r#"{"quantity":1}"#,
        "/api/customers/{customer}/password" => {
            r#"{"currentPassword":"is not this","newPassword":"another password"}"#
        }
        "/api/customers/{customer}/addresses" => {
            r#"{"street":"A","city":"B","zipCode":"1","country":"C"}"#
        }
        _ if has_body => "{}",
        _ => "",
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
