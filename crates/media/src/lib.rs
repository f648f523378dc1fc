//! Media workers: threads, beats, rings and the sources in force.
