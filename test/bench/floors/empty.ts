// The least that a compiled program can do.
