//! Small traits to the outside world; `providers` implements those that need a service.

mod clock;

pub use clock::{Clock, ManualClock, SystemClock};
