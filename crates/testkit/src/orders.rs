use async_trait::async_trait;
use chassis::gateway::{KnownOrder, OrderSource, Unanswered};
use contracts::{
    ids::OrderId,
    money::{Currency, Money},
    orders::OrderStatus,
    payments::{PaymentMethod, PaymentStatus},
};
use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

/// Orders that a test makes up. Nobody else's are known.
#[derive(Debug, Default)]
pub struct Orders {
    known: Mutex<BTreeMap<OrderId, KnownOrder>>,
    is_silent: AtomicBool,
    asked: AtomicUsize,
}

impl Orders {
    /// There is a new order that costs so many cents, as it is when it was placed.
    pub fn placed(&self, cents: i64, payment_method: PaymentMethod) -> OrderId {
        let (order_id, total) = (OrderId::fresh(), Money::new(cents, Currency::USD));
        let (status, payment_status) = (OrderStatus::Pending, PaymentStatus::Pending);
        self.note(KnownOrder { order_id, total, status, payment_method, payment_status });
        order_id
    }

    /// There is a new order whose parcel may leave.
    pub fn to_be_shipped(&self) -> OrderId {
        let order_id = self.placed(1_000, PaymentMethod::CreditCard);
        self.becomes(order_id, OrderStatus::Processing, PaymentStatus::Completed);
        order_id
    }

    /// An order stands elsewhere from now on.
    pub fn becomes(&self, id: OrderId, status: OrderStatus, payment_status: PaymentStatus) {
        if let Some(known) = self.known().get_mut(&id) {
            (known.status, known.payment_status) = (status, payment_status);
        }
    }

    /// Nobody answers, or somebody does again.
    pub fn set_silent(&self, is_silent: bool) {
        self.is_silent.store(is_silent, Ordering::Relaxed);
    }

    /// How often somebody has asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    fn note(&self, order: KnownOrder) {
        self.known().insert(order.order_id, order);
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<OrderId, KnownOrder>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl OrderSource for Orders {
    async fn order(&self, id: OrderId) -> Result<Option<KnownOrder>, Unanswered> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.is_silent.load(Ordering::Relaxed) {
            return Err(Unanswered("nobody is there".to_owned()));
        }
        Ok(self.known().get(&id).cloned())
    }
}
