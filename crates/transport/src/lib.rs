//! One peer connection per leg, behind the gate.
