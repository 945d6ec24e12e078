//! The entity types, and their names as they stand in placeholders, metrics and policies.

use std::{
    collections::BTreeSet,
    fmt,
    str::FromStr,
    sync::{Mutex, PoisonError},
};

/// What a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityType {
    /// An e-mail address, internationalized ones too.
    Email,
    /// A telephone number.
    Phone,
    /// A payment card number.
    CreditCard,
    /// An international bank account number (ISO 13616).
    Iban,
    /// An IPv4 or IPv6 address.
    IpAddress,
    /// A hardware address: EUI-48 or EUI-64.
    MacAddress,
    /// An address of a cryptocurrency.
    CryptoWallet,
    /// A number of a person in a national register, or of a national identity card.
    NationalId,
    /// A number that a tax office gave to a person or a firm, VAT numbers too.
    TaxId,
    /// A number of an insured person, a patient or a care provider.
    HealthId,
    /// A passport number, or the machine-readable lines of a travel document.
    Passport,
    /// A number of a driving licence.
    DriverLicense,
    /// A number of a bank or a branch: ABA, sort code, BIC.
    BankRouting,
    /// A bank account number other than an IBAN.
    BankAccount,
    /// A credential: API key, token, password, private key.
    Secret,
    /// The user and password in a URL.
    UrlCredentials,
    /// A date of birth.
    DateOfBirth,
    /// A registration plate or an identification number of a vehicle.
    VehiclePlate,
    /// A person's name.
    Person,
    /// A postal address.
    Address,
    /// What a custom rule finds, by its name: see [`EntityType::custom`].
    Custom(&'static str),
}

/// The most bytes of an entity type's name.
pub(crate) const MAX_NAME_BYTES: usize = 32;

impl EntityType {
    /// Every type but the custom ones, in the order of their declaration.
    pub const ALL: [Self; 20] = [
        Self::Email,
        Self::Phone,
        Self::CreditCard,
        Self::Iban,
        Self::IpAddress,
        Self::MacAddress,
        Self::CryptoWallet,
        Self::NationalId,
        Self::TaxId,
        Self::HealthId,
        Self::Passport,
        Self::DriverLicense,
        Self::BankRouting,
        Self::BankAccount,
        Self::Secret,
        Self::UrlCredentials,
        Self::DateOfBirth,
        Self::VehiclePlate,
        Self::Person,
        Self::Address,
    ];

    /// The stable name, as in `[CREDIT_CARD_1]`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Phone => "PHONE",
            Self::CreditCard => "CREDIT_CARD",
            Self::Iban => "IBAN",
            Self::IpAddress => "IP_ADDRESS",
            Self::MacAddress => "MAC_ADDRESS",
            Self::CryptoWallet => "CRYPTO_WALLET",
            Self::NationalId => "NATIONAL_ID",
            Self::TaxId => "TAX_ID",
            Self::HealthId => "HEALTH_ID",
            Self::Passport => "PASSPORT",
            Self::DriverLicense => "DRIVER_LICENSE",
            Self::BankRouting => "BANK_ROUTING",
            Self::BankAccount => "BANK_ACCOUNT",
            Self::Secret => "SECRET",
            Self::UrlCredentials => "URL_CREDENTIALS",
            Self::DateOfBirth => "DATE_OF_BIRTH",
            Self::VehiclePlate => "VEHICLE_PLATE",
            Self::Person => "PERSON",
            Self::Address => "ADDRESS",
            Self::Custom(name) => name,
        }
    }

    /// The type of a custom rule. Of a name that is a type of ours it is that one.
    ///
    /// # Errors
    /// Where the name isn't 2 to 32 upper-case letters and `_`, the first and the last a letter: it must read well
    /// in a placeholder.
    pub fn custom(name: &str) -> Result<Self, InvalidName> {
        if let Ok(known) = name.parse() {
            return Ok(known);
        }
        let letters = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        let ends = [name.bytes().next(), name.bytes().next_back()];
        let well_ended = ends.iter().flatten().all(u8::is_ascii_uppercase);
        if !(2..=MAX_NAME_BYTES).contains(&name.len()) || !letters || !well_ended {
            return Err(InvalidName);
        }
        Ok(Self::Custom(interned(name)))
    }
}

/// Names live as long as the process: a type is copied everywhere, and a policy has few of its own.
fn interned(name: &str) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let name: &'static str = Box::leak(name.into());
    names.insert(name);
    name
}

impl fmt::Display for EntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that no custom entity type may have. It holds no text: the name may come from anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidName;

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "write 2 to {MAX_NAME_BYTES} upper-case letters, with `_` between words")
    }
}

impl std::error::Error for InvalidName {}

/// A name that is no entity type's. It holds no text: the name may come from anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownEntityType;

impl fmt::Display for UnknownEntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown entity type; known are")?;
        EntityType::ALL.iter().try_for_each(|entity| write!(f, " {entity}"))
    }
}

impl std::error::Error for UnknownEntityType {}

impl FromStr for EntityType {
    type Err = UnknownEntityType;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|entity| entity.as_str() == name).ok_or(UnknownEntityType)
    }
}
