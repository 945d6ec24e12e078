//! Opens the listeners. Apart from the server, so that a test brings its own on port 0.

use std::io;
use std::net::Ipv4Addr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, UnixListener};

use crate::config::{Config, DataAddress};

/// What the server listens on.
pub struct Listeners {
    /// Envoy's way in.
    pub data: DataListener,
    /// Health and metrics.
    pub admin: TcpListener,
}

/// Envoy's way in.
pub enum DataListener {
    /// Over TCP on a loopback address.
    Tcp(TcpListener),
    /// Over a Unix socket, whose file is removed at the end.
    Unix(UnixListener, PathBuf),
}

impl Listeners {
    /// Opens what `config` says.
    ///
    /// # Errors
    /// Where an address is taken or may not be used; the message names it.
    pub async fn open(config: &Config) -> io::Result<Self> {
        let data = match &config.data {
            DataAddress::Loopback(address) => DataListener::Tcp(
                TcpListener::bind(address)
                    .await
                    .map_err(|error| named(&address.to_string(), &error))?,
            ),
            DataAddress::Socket(path) => DataListener::Unix(
                bind_socket(path)
                    .await
                    .map_err(|error| named(&path.display().to_string(), &error))?,
                path.clone(),
            ),
        };
        let admin = (Ipv4Addr::LOCALHOST, config.admin_port);
        let admin = TcpListener::bind(admin)
            .await
            .map_err(|error| named(&format!("SIDECAR_PORT {}", config.admin_port), &error))?;
        Ok(Self { data, admin })
    }
}

/// The file of a process that was killed stays behind and would refuse to be bound; that of a process that lives must
/// not be taken from it. Only a connection tells the two apart.
async fn bind_socket(path: &Path) -> io::Result<UnixListener> {
    match tokio::fs::symlink_metadata(path).await {
        Ok(metadata) if !metadata.file_type().is_socket() => {
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                "a file that is no socket is in the way",
            ));
        }
        Ok(_) => match tokio::net::UnixStream::connect(path).await {
            Ok(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::AddrInUse,
                    "another process listens here",
                ));
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                tokio::fs::remove_file(path).await?
            }
            Err(error) => return Err(error),
        },
        Err(_) => {
            if let Some(folder) = path.parent() {
                tokio::fs::create_dir_all(folder).await?;
            }
        }
    }
    let listener = UnixListener::bind(path)?;
    // Envoy runs under another user of the same group; nobody else may speak for a tenant.
    tokio::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660)).await?;
    Ok(listener)
}

fn named(address: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("can't listen on {address}: {error}"))
}
