//! Server-sent events, decoded from chunks of any size.
