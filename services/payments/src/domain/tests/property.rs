//! Whatever comes in whatever order, and whatever is lost: the provider's book adds up.

use super::{
    acts::{Act, acts},
    *,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

struct World {
    kind: &'static str,
    order: OrderId,
    payment: Option<Payment>,
    /// What the provider has done under each key, and when in what order.
    book: BTreeMap<String, Answer>,
    done: Vec<(Operation, Money)>,
    on_their_way: Vec<(Operation, Answer)>,
    declines: Option<&'static str>,
    now: Timestamp,
    is_unwanted: bool,
    said: Vec<String>,
}

impl World {
    fn new(kind: &'static str, declines: Option<&'static str>) -> Self {
        Self {
            kind,
            order: OrderId::fresh(),
            payment: None,
            book: BTreeMap::new(),
            done: Vec::new(),
            on_their_way: Vec::new(),
            declines,
            now: NOW,
            is_unwanted: false,
            said: Vec::new(),
        }
    }

    fn act(&mut self, act: Act) {
        let now = self.now;
        match act {
            Act::Want => self.want(),
            Act::Unwant => self.unwant(),
            Act::Wait(seconds) => self.now += Duration::from_secs(seconds.into()),
            Act::Capture => self.change(|it| it.capture_wanted(now)),
            Act::Process => self.change(|it| it.process(None, now)),
            Act::Void => {
                self.is_unwanted |=
                    self.payment.as_ref().is_some_and(|it| it.clone().void("v", now).is_ok());
                self.change(|it| it.void("v", now));
            }
            Act::Refund(amount) => {
                self.change(|it| it.refund(RefundId::fresh(), Some(usd(amount)), "r", now));
            }
            Act::Expire => self.change(|it| Ok(it.expire(now + PATIENCE))),
            Act::Ask => self.ask(|world, operation, answer| world.conclude(operation, &answer)),
            Act::AskInVain => self.ask(|world, operation, answer| {
                world.on_their_way.push((operation, answer));
                world.conclude(operation, &Answer::Unknown("silence".to_owned()));
            }),
            Act::AskAndDie => self.ask(|_, _, _| ()),
            Act::AskNobody => {
                if let Some((operation, _)) = self.claimed() {
                    self.conclude(operation, &Answer::Unknown("unreachable".to_owned()));
                }
            }
            Act::AnswerLate(index) => {
                if let Some((operation, answer)) = self.on_their_way.get(index).cloned() {
                    self.conclude(operation, &answer);
                }
            }
            Act::Tell(index) => self.tell(index),
        }
        self.check();
    }

    fn want(&mut self) {
        let events = if let Some(payment) = &mut self.payment {
            payment.wanted_again(&terms(self.kind), self.now).unwrap()
        } else {
            let (payment, events) =
                Payment::wanted(self.order, terms(self.kind), PATIENCE, self.now);
            self.payment = Some(payment);
            events
        };
        self.hear(events);
    }

    fn unwant(&mut self) {
        self.is_unwanted = true;
        let events = if let Some(payment) = &mut self.payment {
            payment.unwanted("u", self.now)
        } else {
            let (payment, events) = Payment::never_wanted(self.order, "u", self.now);
            self.payment = Some(payment);
            events
        };
        self.hear(events);
    }

    /// A refusal must leave everything as it was; the store does not save it.
    fn change(&mut self, change: impl Fn(&mut Payment) -> Result<Events, Refused>) {
        let Some(payment) = &mut self.payment else { return };
        let mut changed = payment.clone();
        if let Ok(events) = change(&mut changed) {
            *payment = changed;
            self.hear(events);
        }
    }

    fn hear(&mut self, events: Events) {
        self.said.extend(events.into_envelopes().into_iter().map(|it| it.key));
    }

    fn claimed(&mut self) -> Option<(Operation, crate::provider::Request)> {
        let now = self.now;
        let payment = self.payment.as_mut()?;
        payment.claim(now).then(|| payment.request().unwrap())
    }

    fn ask(&mut self, then: impl Fn(&mut Self, Operation, Answer)) {
        let Some((operation, request)) = self.claimed() else { return };
        let declines = self.declines == Some(operation.name());
        let known = self.book.get(&request.key).cloned();
        let answer = known.unwrap_or_else(|| {
            if declines {
                return Answer::Declined("no".to_owned());
            }
            self.done.push((operation, request.amount));
            Answer::Done { transaction_id: format!("tx {}", request.key) }
        });
        self.book.insert(request.key, answer.clone());
        then(self, operation, answer);
    }

    fn conclude(&mut self, operation: Operation, answer: &Answer) {
        let now = self.now;
        let Some(payment) = &mut self.payment else { return };
        let events = payment.conclude(operation, answer, now);
        self.hear(events);
    }

    /// What is true is never refused, however late it is told.
    fn tell(&mut self, index: usize) {
        let Some(payment) = &mut self.payment else { return };
        let id = payment.payment_id;
        let told = [(Told::Authorized, "authorize"), (Told::Captured, "capture")];
        let (told, name) = told[index % 2];
        if let Some(Answer::Done { transaction_id }) = self.book.get(&format!("{id}/{name}")) {
            let notice = notice(payment, told, transaction_id);
            let events = payment.hear(&notice, self.now).unwrap();
            self.hear(events);
        }
    }

    fn count(&self, wanted: Operation) -> usize {
        self.done.iter().filter(|(it, _)| *it == wanted).count()
    }

    /// What the provider has taken and not given back.
    fn balance(&self) -> i64 {
        self.done.iter().fold(0, |sum, (operation, amount)| match operation {
            Operation::Capture => sum + amount.amount_minor,
            Operation::Refund { .. } => sum - amount.amount_minor,
            Operation::Authorize | Operation::Void => sum,
        })
    }

    fn check(&self) {
        let Some(payment) = &self.payment else { return };
        check_history(payment);
        assert!(self.count(Operation::Authorize) <= 1 && self.count(Operation::Capture) <= 1);
        assert!(
            self.count(Operation::Capture) + self.count(Operation::Void) <= 1,
            "{:?}",
            self.done
        );
        assert!((0..=1_000).contains(&self.balance()), "{:?}", self.done);
        if let Some(captured) = payment.captured {
            assert!(payment.refunded().unwrap().amount_minor <= captured.amount_minor);
        }
        let _read_again: Payment =
            serde_json::from_str(&serde_json::to_string(payment).unwrap()).unwrap();
    }

    /// Lets everything come to its end, and looks whether it is the right one.
    fn settle(&mut self) {
        for _ in 0..200 {
            self.now += Duration::from_mins(2);
            self.act(Act::Ask);
        }
        let Some(payment) = &self.payment else { return };
        assert_eq!(payment.waiting, None);
        let (status, by_provider) = (payment.status, payment.way() == Way::Provider);
        let owed = match (status, by_provider) {
            (PaymentStatus::Completed, true) => 1_000 - payment.refunded().unwrap().amount_minor,
            _ => 0,
        };
        assert_eq!(self.balance(), owed);
        if matches!(status, PaymentStatus::Failed | PaymentStatus::Voided) && by_provider {
            assert_eq!(self.count(Operation::Capture), 0);
            assert_eq!(self.count(Operation::Void), self.count(Operation::Authorize));
        }
        if self.is_unwanted {
            let over = [PaymentStatus::Failed, PaymentStatus::Voided, PaymentStatus::Refunded];
            assert!(over.contains(&status), "{status:?}");
        } else if by_provider {
            assert_ne!(status, PaymentStatus::Pending);
        }
        if self.said.iter().any(|it| it == "payments.voided") {
            assert!(self.said.iter().all(|it| it != "payments.captured"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_book_adds_up(
        kind in prop::sample::select(vec!["card", "card", "paypal", "cash", "transfer"]),
        declines in prop::sample::select(vec![None, None, Some("authorize"), Some("capture")]),
        acts in prop::collection::vec(acts(), 1..60),
    ) {
        let mut world = World::new(kind, declines);
        for act in acts {
            world.act(act);
        }
        world.settle();
    }
}
