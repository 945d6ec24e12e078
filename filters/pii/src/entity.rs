//! The entity types, and their names as they stand in placeholders, metrics and policies.

use std::{fmt, str::FromStr};

/// What a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityType {
    /// An e-mail address, internationalized ones too.
    Email,
    /// A payment card number.
    CreditCard,
    /// An international bank account number (ISO 13616).
    Iban,
    /// A national identity number; today the US Social Security number.
    NationalId,
    /// A telephone number: international with `+`, or of the North American plan with separators.
    Phone,
    /// An IPv4 or IPv6 address.
    IpAddress,
    /// A credential: API key, token, private key.
    Secret,
}

impl EntityType {
    /// Every type, in the order of their declaration.
    pub const ALL: [Self; 7] = [
        Self::Email,
        Self::CreditCard,
        Self::Iban,
        Self::NationalId,
        Self::Phone,
        Self::IpAddress,
        Self::Secret,
    ];

    /// The stable name, as in `[CREDIT_CARD_1]`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::CreditCard => "CREDIT_CARD",
            Self::Iban => "IBAN",
            Self::NationalId => "NATIONAL_ID",
            Self::Phone => "PHONE",
            Self::IpAddress => "IP_ADDRESS",
            Self::Secret => "SECRET",
        }
    }
}

impl fmt::Display for EntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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

/// A number for each entity type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts([u32; EntityType::ALL.len()]);

impl Counts {
    pub(crate) fn add(&mut self, entity: EntityType) {
        for (count, of) in self.0.iter_mut().zip(EntityType::ALL) {
            if of == entity {
                *count = count.saturating_add(1);
            }
        }
    }

    /// The types that occurred.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (EntityType, u32)> {
        EntityType::ALL.into_iter().zip(self.0).filter(|(_, count)| *count > 0)
    }
}
