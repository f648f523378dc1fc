//! Whose packets are wanted by whom on this worker.

use transport::{LegId, LegMap};

/// Whose packets are wanted by whom on this worker. A talker need not be here, nor exist.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    by_talker: LegMap<Route>,
}

/// Who wants the packets of one talker.
#[derive(Debug, Default)]
pub(crate) struct Route {
    /// Legs that they are forwarded to.
    pub(crate) listeners: Vec<LegId>,
    /// Groups in which they are mixed.
    pub(crate) groups: Vec<u64>,
}

/// What a change of routes means for the talker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Somebody wants its packets, nobody did before.
    Begins,
    /// Nobody wants its packets any more.
    Ends,
    /// Neither.
    Stays,
}

impl Routes {
    pub(crate) fn of(&self, talker: LegId) -> Option<&Route> {
        self.by_talker.get(&talker)
    }

    pub(crate) fn forward(&mut self, talker: LegId, listener: LegId) -> Demand {
        self.begin(talker, |route| route.listeners.push(listener))
    }

    pub(crate) fn stop_forward(&mut self, talker: LegId, listener: LegId) -> Demand {
        self.end(talker, |route| route.listeners.retain(|id| *id != listener))
    }

    pub(crate) fn mix(&mut self, talker: LegId, group: u64) -> Demand {
        self.begin(talker, |route| route.groups.push(group))
    }

    pub(crate) fn stop_mix(&mut self, talker: LegId, group: u64) -> Demand {
        self.end(talker, |route| route.groups.retain(|id| *id != group))
    }

    fn begin(&mut self, talker: LegId, change: impl FnOnce(&mut Route)) -> Demand {
        let route = self.by_talker.entry(talker).or_default();
        let demand = if route.is_empty() { Demand::Begins } else { Demand::Stays };
        change(route);
        demand
    }

    fn end(&mut self, talker: LegId, change: impl FnOnce(&mut Route)) -> Demand {
        let Some(route) = self.by_talker.get_mut(&talker) else { return Demand::Stays };
        change(route);
        if !route.is_empty() {
            return Demand::Stays;
        }
        self.by_talker.remove(&talker);
        Demand::Ends
    }
}

impl Route {
    fn is_empty(&self) -> bool {
        self.listeners.is_empty() && self.groups.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demand_for_a_talker_begins_with_the_first_and_ends_with_the_last() {
        let mut routes = Routes::default();
        let talker = LegId(1);
        assert_eq!(routes.forward(talker, LegId(2)), Demand::Begins);
        assert_eq!(routes.mix(talker, 7), Demand::Stays);
        assert_eq!(routes.stop_forward(talker, LegId(2)), Demand::Stays);
        assert_eq!(routes.stop_mix(talker, 7), Demand::Ends);
        assert!(routes.of(talker).is_none());
        assert_eq!(routes.stop_mix(talker, 7), Demand::Stays);
    }
}
