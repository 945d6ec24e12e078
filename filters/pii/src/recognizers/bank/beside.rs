//! Accounts that nothing but the word `account` names: where a bank is spoken of beside it, it is a bank's.
//!
//! Users, customers and clouds have numbers of accounts too, so the word alone says too little.

use std::ops::Range;

use crate::{
    context::Context,
    cues::Cues,
    entity::EntityType,
    recognizers::code::{Check, Code},
};

pub(crate) static CODES: &[Code] = &[Code {
    rule: "account_beside_bank",
    entity: EntityType::BankAccount,
    alone: &[],
    cued: &[
        "9{6,17}",
        "9999 9999",
        "9999 9999 9999",
        "9999 9999 99",
        "999 999 999",
        "9{4,10}-9",
        "99 9999 9999",
    ],
    check: Check::Near(is_bank_beside),
    cues: &ACCOUNT,
}];

#[rustfmt::skip]
static ACCOUNT: Cues = Cues(&[
    "account", "accounts", "acc", "a c", "acct", "ac", "compte", "conto", "cuenta", "conta", "konto", "rekening",
    "rachunek",
    "hesap", "счёт",
]);

/// Bytes behind that are read.
const BEHIND: usize = 40;

/// Words for what only banks have, and names of large banks, in order.
#[rustfmt::skip]
const BANKS: &[&str] = &[
    "aba", "abn", "ach", "alinma", "amro", "anz", "bacs", "banca", "banco", "bancolombia", "bank", "banka",
    "bankia", "banking", "banorte", "banque", "barclays", "bbva", "beneficiary", "bic", "blz", "bmo", "bnp", "bofa",
    "bradesco", "bsb", "caixa", "caixabank", "capitec", "chase", "cheque", "chequing", "cibc", "citi",
    "citibank", "commbank", "commerzbank", "dbs", "fargo", "fnb", "gtbank", "halifax", "hdfc", "hsbc", "iban",
    "icici", "ifsc", "ing", "intesa", "itau", "kcb", "kotak", "lloyds", "maybank", "monzo", "nab", "natwest", "neft",
    "nordea", "nubank", "ocbc", "payee", "payroll", "pnc", "rabobank", "rbc", "rbs", "remittance", "revolut", "routing",
    "rtgs", "santander", "savings", "sberbank", "sbi", "schwab", "scotiabank", "seb", "sepa", "sparkasse",
    "starling", "swedbank", "swift", "truist", "tsb", "uba", "unicredit", "uob", "volksbank", "westpac",
    "zelle", "zenith",
];

/// Whether `#` or `a/c` stands directly before, or a word for banks near.
fn is_bank_beside(ctx: &Context<'_>, range: &Range<usize>) -> bool {
    let before = ctx.before(range.start);
    let said = before.trim_end_matches([' ', ':', '=', '.']);
    let short = said.get(said.len().saturating_sub(3)..).unwrap_or_default();
    if said.ends_with('#') || short.eq_ignore_ascii_case("a/c") {
        return true;
    }
    // A stream must know what it was asked: so the bytes behind are read one by one.
    let end = ctx.run(range.end, BEHIND, |_| true);
    names_bank(before) || names_bank(ctx.str(range.end..end))
}

fn names_bank(text: &str) -> bool {
    let mut last = "";
    text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| {
        let is_code = word.eq_ignore_ascii_case("code") && last.eq_ignore_ascii_case("sort");
        last = word;
        let lower = word.bytes().map(|byte| byte.to_ascii_lowercase());
        is_code || BANKS.binary_search_by(|bank| bank.bytes().cmp(lower.clone())).is_ok()
    })
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn words() {
        assert!(BANKS.is_sorted());
        assert!(
            names_bank("to my Chase account")
                && names_bank("sort code")
                && !names_bank("my AWS account")
        );
    }
}
