//! Who pays for a generation: of all who read its clean end exactly one, and nobody of those who left before it.
//!
//! The leader, as a rule: its request made the call. One who stops reading must not leave the others with an answer
//! that nobody pays for, so they wait for it a moment only, and then the first of them pays. Where all leave before the
//! end, the last of them pays for what there was until then. Where the process doesn't live to see who pays, the journal
//! knows who was left: each of them is in it with the call's name.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// How long the others wait at the end for a leader that is behind.
const LEADER_MAY_LAG: Duration = Duration::from_millis(500);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Payer {
    /// The leader is still there and will pay.
    Leader,
    /// The leader left: the first at the end pays.
    First,
    /// All left, and the last of them paid for what there was. It may go on for other sidecars.
    Left,
    /// Somebody has been charged.
    Found,
}

/// One reader's part in the charge of a generation.
pub struct Charge {
    bill: Arc<Bill>,
    is_leader: bool,
    /// Whether it reads: what flights keep to let others join doesn't.
    reads: bool,
}

struct Bill {
    /// Of the upstream call.
    call: String,
    payer: watch::Sender<Payer>,
    readers: AtomicUsize,
}

impl Charge {
    /// The leader's.
    pub fn of_leader() -> Self {
        Self::of(Payer::Leader)
    }

    /// Of one who reads what was paid for long ago.
    pub fn paid() -> Self {
        Self::of(Payer::Found)
    }

    fn of(payer: Payer) -> Self {
        let payer = watch::channel(payer).0;
        let call = format!("{:016x}", fastrand::u64(..));
        let bill = Arc::new(Bill { call, payer, readers: AtomicUsize::new(1) });
        Self { bill, is_leader: true, reads: true }
    }

    /// Of one who joins.
    pub fn join(&self) -> Self {
        self.bill.readers.fetch_add(1, Ordering::AcqRel);
        Self { bill: Arc::clone(&self.bill), is_leader: false, reads: true }
    }

    /// For those who may join, and no reader itself.
    pub fn door(&self) -> Self {
        Self { bill: Arc::clone(&self.bill), is_leader: false, reads: false }
    }

    /// Gives `note` the call's name, unless it is paid for: nobody can take the payment while it runs.
    pub fn while_unpaid<T>(&self, note: impl FnOnce(Option<&str>) -> T) -> T {
        let payer = self.bill.payer.borrow();
        note((*payer != Payer::Found).then_some(self.bill.call.as_str()))
    }

    /// Leaves before the end. Whether this one pays for what there was until then: the last who leaves, if nobody paid.
    #[must_use]
    pub fn leave(mut self) -> bool {
        let is_last = self.stop_reading();
        is_last && self.turn_to(Payer::Left)
    }

    /// For one at the clean end who came when the answer was there already, and should not have to pay: whether it does
    /// all the same, since the leader left without.
    pub fn inherit(&self) -> bool {
        self.bill.payer.send_if_modified(|payer| {
            let is_left = *payer == Payer::First;
            if is_left {
                *payer = Payer::Found;
            }
            is_left
        })
    }

    /// Nobody here pays: another sidecar's client does.
    pub fn waive(&self) {
        self.bill.payer.send_replace(Payer::Found);
    }

    /// Whether nobody here reads, and nobody paid for all of it: the bill goes over to another sidecar then.
    pub fn hand_over(&self) -> bool {
        self.bill.readers.load(Ordering::Acquire) == 0 && self.take_payment()
    }

    /// Somebody here pays, after [`Charge::waive`], since nobody is left where the call is made.
    pub fn take_over(&self) {
        self.bill.payer.send_replace(Payer::First);
    }

    fn take_payment(&self) -> bool {
        self.turn_to(Payer::Found)
    }

    /// Whether it was open who pays.
    fn turn_to(&self, then: Payer) -> bool {
        self.bill.payer.send_if_modified(|payer| {
            let is_open = *payer != Payer::Found;
            if is_open {
                *payer = then;
            }
            is_open
        })
    }

    /// Whether nobody reads any more.
    fn stop_reading(&mut self) -> bool {
        std::mem::replace(&mut self.reads, false)
            && self.bill.readers.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// Whether this reader, which is at the clean end, is the one who pays. Nothing is claimed where this is cancelled.
    pub async fn claim(&self) -> bool {
        if !self.is_leader {
            let mut payer = self.bill.payer.subscribe();
            let leader_decides = payer.wait_for(|payer| *payer != Payer::Leader);
            // Late or not, what follows is the same.
            let _ = timeout(LEADER_MAY_LAG, leader_decides).await;
        }
        self.take_payment()
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.stop_reading();
        if self.is_leader {
            self.bill.payer.send_if_modified(|payer| {
                let leaves_unpaid = *payer == Payer::Leader;
                if leaves_unpaid {
                    *payer = Payer::First;
                }
                leaves_unpaid
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who of three followers and the leader, the last, is charged. They reach the end in order, the leader only if
    /// it `reads`; where it `leaves`, it does so before the others.
    async fn check(reads: bool, leaves: bool, expected: [bool; 4]) {
        let leader = Charge::of_leader();
        let followers = [leader.join(), leader.join(), leader.join()];
        let leader = (!leaves).then_some(leader);
        let [one, two, three] = &followers;
        let charged = tokio::join!(biased; one.claim(), two.claim(), three.claim(), async {
            match &leader {
                Some(leader) if reads => leader.claim().await,
                _ => false,
            }
        });
        assert_eq!(<[bool; 4]>::from(charged), expected, "reads {reads}, leaves {leaves}");
        if let Some(leader) = &leader {
            assert!(!leader.claim().await, "charged twice");
        }
    }

    #[test]
    fn the_last_to_leave_pays() {
        let leader = Charge::of_leader();
        let door = leader.door();
        let followers = [leader.join(), door.join()];
        assert!(!leader.leave());
        drop(door);
        assert_eq!(followers.map(Charge::leave), [false, true]);
    }

    #[test]
    fn who_comes_late_pays_only_where_the_leader_left() {
        let leader = Charge::of_leader();
        let late = leader.join();
        assert!(!late.inherit());
        drop(leader);
        assert!(late.inherit());
        assert!(!late.inherit());
    }

    #[tokio::test]
    async fn where_all_have_left_another_sidecar_pays() {
        let here = Charge::of_leader();
        let door = here.door();
        assert!(!door.hand_over());
        assert!(here.leave());
        assert!(door.hand_over() && !door.hand_over());
        let there = Charge::of_leader();
        there.waive();
        assert!(!there.claim().await);
        there.door().take_over();
        assert!(there.claim().await && !there.claim().await);
        let paid = Charge::of_leader();
        let door = paid.door();
        assert!(paid.claim().await);
        drop(paid);
        assert!(!door.hand_over());
    }

    #[test]
    fn what_is_paid_for_costs_nobody_anything() {
        assert!(!Charge::paid().leave());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_pays_twice() {
        let leader = Charge::of_leader();
        let follower = leader.join();
        assert!(leader.claim().await);
        drop(leader);
        assert!(!follower.leave());
    }

    #[tokio::test(start_paused = true)]
    async fn exactly_one_pays() {
        check(true, false, [false, false, false, true]).await;
        check(false, true, [true, false, false, false]).await;
        check(false, false, [true, false, false, false]).await;
    }
}
