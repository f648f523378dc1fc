//! Figures that others keep, put on the page as they are at one moment.

use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

/// A label with one name; its values come from a fixed set.
pub(super) type Labels = [(&'static str, &'static str); 1];

/// A counter that is told apart by one label.
pub(super) type Counters = Family<Labels, Counter>;

/// A gauge that stands at the value.
pub(super) fn gauge(value: u64) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    gauge
}

/// A counter that has come to the value.
pub(super) fn counter(value: u64) -> Counter {
    let counter = Counter::default();
    counter.inc_by(value);
    counter
}

/// A counter of seconds that has come to the value.
pub(super) fn seconds(value: f64) -> Counter<f64, AtomicU64> {
    let counter = Counter::<f64, AtomicU64>::default();
    counter.inc_by(value);
    counter
}

/// Counters that have come to the values, told apart by a label.
pub(super) fn counters(
    label: &'static str,
    values: impl IntoIterator<Item = (&'static str, u64)>,
) -> Counters {
    let family = Counters::default();
    for (name, value) in values {
        family.get_or_create(&[(label, name)]).inc_by(value);
    }
    family
}
