//! The crate's tests: rows of data, each table with one function that touches the API. They run natively and, with
//! the same bytes, on wasm32 under Node.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod canary;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod edits;
#[cfg(test)]
mod endpoint;
#[cfg(test)]
mod events;
#[cfg(test)]
mod every_split;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod json;
#[cfg(test)]
mod json_differential;
#[cfg(test)]
mod media;
#[cfg(test)]
mod problem;
#[cfg(test)]
mod random;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod sse;
