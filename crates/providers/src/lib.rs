//! The world outside: what implements the ports of `momentum-core` by talking to other programs.
#![forbid(unsafe_code)]
