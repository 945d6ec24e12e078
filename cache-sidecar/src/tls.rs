//! What TLS is made with.

/// Ring, for the whole process and once; a second call changes nothing. To be called before anything that may open a
/// connection: the libraries beneath bring no provider of their own, and end the thread that finds none.
pub fn use_ring() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
