//! Packets to frames to mixes to packets: Trefoil's sound, pure.
