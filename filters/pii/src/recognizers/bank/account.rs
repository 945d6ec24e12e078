//! Bank account numbers that are no IBAN. Without check digits that could be verified they need a cue always; those of
//! Mexico and Argentina have some.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        bank::iban::is_iban_country,
        checksum::{digit, digits, is_uniform, mod_97, number, weighted},
        code::{Check, Code},
    },
};

/// All by cue.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "bank_account",
        entity: EntityType::BankAccount,
        alone: &[],
        cued: &[
            "9{6,17}",
            "9999 9999",
            "999 999 999",
            "9999 9999 99",
            "9999 9999 999",
            "9999 9999 9999",
            "9999 9999 9999 9999",
            "999 9999 9999",
            "99 9999 9999",
            "999 99999 9",
            "99999 99999",
            "999 999999",
            "999 999999 999",
            "9{4,10}-9",
            "9{4,10}-99",
            "9{4,8}-A",
            "999 9 99999 9",
            "999 999999 9",
            "999 99 999999 9",
            "99 999999",
            "9999 99 99999",
            "999-999999-99",
            "999-999-999999",
            "999-9999999-9",
            "9999-999-999999",
            "999999-99-999999",
            "9999-99-9999999-9",
            "9{18,24}",
            "9999 9999 9999 99",
            "9999 9999 9999 9",
            "9999 9999 9999 999",
            "99 99 99 99",
            "999-99-999999-9",
            "99999999-9999",
            "9999 999 9999",
            "999 999 9999",
            "9999999 9",
            "99-99-999999",
            "9999/999999-9",
            "999/999999",
            "9999 999999",
            "99 999 9999",
            "99-999-9999-9",
            "999-999-999-9",
            "99-9999-99-9",
            "A9{22}",
            "9{23}AA",
            "999999-9999999-99",
            "99999-9{7,9}-9",
            "999999-9{3,8}",
            "99 9999 9999 9999 9999 9999 9999",
            "9{26}",
            "99 99 99 999",
        ],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &ACCOUNT,
    },
    // Of countries outside the registry, and of lengths that it doesn't know.
    Code {
        rule: "iban_by_cue",
        entity: EntityType::Iban,
        alone: &[],
        cued: &["AA99X{8,30}"],
        check: Check::Checksum(|code| {
            let (head, account) = code.split_at_checked(4).unwrap_or_default();
            mod_97(account.iter().chain(head).copied()) == 1
        }),
        cues: &IBAN,
    },
    // Czechia's and Slovakia's, with the bank behind.
    Code {
        rule: "cz_account",
        entity: EntityType::BankAccount,
        alone: &[],
        cued: &["9{2,6}-9{6,10}/9999", "9{6,10}/9999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &ACCOUNT,
    },
    Code {
        rule: "es_ccc",
        entity: EntityType::BankAccount,
        alone: &["9999-9999-99-9999999999", "9999 9999 99 9999999999"],
        cued: &["99999999999999999999", "9999 9999 99 9999999999", "9999 9999 9999 9999 9999"],
        check: Check::Checksum(is_ccc),
        cues: &ACCOUNT,
    },
    Code {
        rule: "fr_rib",
        entity: EntityType::BankAccount,
        alone: &[],
        cued: &["9999999999XXXXXXXXXXX99", "99999 99999 XXXXXXXXXXX 99"],
        check: Check::Checksum(is_rib),
        cues: &ACCOUNT,
    },
    Code {
        rule: "nz_bank_account",
        entity: EntityType::BankAccount,
        alone: &["99-9999-9999999-99", "99-9999-9999999-999"],
        cued: &["99 9999 9999999 99", "99 9999 9999999 999", "9{15,16}"],
        check: Check::Structure(is_nz_account),
        cues: &ACCOUNT,
    },
    Code {
        rule: "mx_clabe",
        entity: EntityType::BankAccount,
        alone: &[],
        cued: &["999999999999999999", "999 999 99999999999 9", "999 999 999 999 999 999"],
        check: Check::Checksum(is_clabe),
        cues: &CLABE,
    },
    Code {
        rule: "ar_cbu",
        entity: EntityType::BankAccount,
        alone: &["9999999999999999999999"],
        cued: &["99999999 99999999999999"],
        check: Check::Checksum(is_cbu),
        cues: &CBU,
    },
    Code {
        rule: "bank_account",
        entity: EntityType::BankAccount,
        alone: &[],
        cued: &["A{2,4}9{6,20}", "AAAA 9999 9999 9999 99", "AAAA 999999 99999999"],
        // An IBAN that is none is no account either.
        check: Check::Structure(|code| {
            let letters = code.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
            letters > 2 || !is_iban_country(code.get(..2).unwrap_or_default())
        }),
        cues: &ACCOUNT,
    },
];

#[rustfmt::skip]
static ACCOUNT: Cues = Cues(&[
    "account number", "account no", "account num", "account nr", "account numbers", "acct", "acct no",
    "acct num", "acct number", "acc no", "acc number", "accountnumber", "accountno", "a c no", "a c number",
    "bank account", "bank account number", "bank acct", "bank account no", "checking account",
    "savings account", "current account", "deposit account", "payee account", "beneficiary account",
    "wire to account", "direct deposit", "dda", "account ending", "konto", "kontonummer", "konto nr",
    "ktnr", "kto", "kto nr", "bankkonto", "bankverbindung", "compte bancaire", "numero de compte",
    "no de compte", "compte no", "n de compte", "rib", "cuenta", "cuenta bancaria", "numero de cuenta",
    "no de cuenta", "cuenta corriente", "cuenta de ahorros", "cuenta de ahorro", "caja de ahorro",
    "nro de cuenta", "cta", "cta cte", "cta no", "ccc", "conto corrente", "numero di conto", "numero conto",
    "conto bancario", "conta", "conta corrente", "conta bancaria", "conta poupanca", "numero da conta",
    "numero de conta", "rekeningnummer", "bankrekening", "rekening", "rekeningnr", "bankkontonummer",
    "bankgiro", "plusgiro", "postgiro", "clearingnummer", "tilinumero", "pankkitili", "rachunek",
    "numer rachunku", "numer konta", "nr konta", "rachunku bankowego", "cislo uctu", "szamlaszam",
    "bankszamlaszam", "cont bancar", "hesap no", "hesap numarasi", "banka hesap", "номер счета",
    "НОМЕР СЧЕТА", "номер счёта", "НОМЕР СЧЁТА", "расчетный счет", "РАСЧЕТНЫЙ СЧЕТ", "расчётный счёт",
    "РАСЧЁТНЫЙ СЧЁТ", "счет", "СЧЕТ", "口座番号", "口座", "銀行口座", "普通預金", "当座預金", "계좌번호", "계좌", "银行账号", "银行帐号",
    "银行账户", "账号", "賬號", "帳號", "银行卡号", "银行卡", "銀行帳號", "nomor rekening", "no rekening", "norek", "no akaun",
    "nombor akaun", "akaun bank", "so tai khoan", "stk", "เลขที่บัญชี", "บัญชี", "खाता संख्या", "खाता नंबर",
    "חשבון בנק", "מספר חשבון", "akaunti namba", "رقم الحساب", "حساب بنكي",
    "acc num", "accnum", "accno", "acc nr", "acctnum", "acctno", "bank acc", "bank a c", "bank ac", "ac no",
    "ac number", "ac num", "a c num", "ach account", "chequing account", "cheque account",
    "checking number", "saving account", "debit account", "money market account", "transmission account",
    "credit account",
    "payroll account", "payout account", "recipient account", "receiving account", "sender account", "source account",
    "destination account", "from account", "to account", "counterparty account", "beneficiary a c",
    "account to credit", "account to debit", "bank number and account", "bban", "nuban", "kontonummern", "kontonr",
    "ktonr", "girokonto",
    "sparkonto", "gehaltskonto", "empfängerkonto", "spendenkonto", "numéro du compte", "num compte", "compte n",
    "compte numéro", "compte courant", "compte épargne", "compte chèque", "compte de dépôt", "n compte",
    "identité bancaire",
    "coordonnées bancaires", "datos bancarios", "numero del conto", "n conto", "conto n", "cc bancario", "c c n",
    "c c bancario", "coordinate bancarie", "dados bancários", "nib",
    "bankrekeningnummer", "spaarrekening", "betaalrekening", "bankkontonr", "kontonummret", "lönekonto", "lønnskonto",
    "bankgironummer", "bg nummer", "pg nummer",
    "tilin numero", "tilinro", "tili", "nr rachunku", "nrb", "číslo bankovního účtu", "bankovní účet", "č ú",
    "bankový účet", "číslo bankového účtu", "bankszámla", "bankszámlaszáma", "folyószámla", "contul",
    "număr de cont", "numărul contului", "nr cont", "cont curent", "broj računa", "broj bankovnog računa",
    "bankovni račun", "žiro račun", "tekući račun", "transakcijski račun", "številka računa", "trr", "сметка",
    "рахунок", "номер рахунку", "λογαριασμός", "λογαριασμού", "sąskaitos numeris",
    "banko sąskaita", "konta numurs", "bankas konts", "arvelduskonto", "pangakonto",
    "hesap", "banka hesabı", "الحساب البنكي", "رقم حساب", "حساب رقم", "شماره حساب", "חשבון", "खाता",
    "ব্যাংক অ্যাকাউন্ট", "হিসাব নম্বর", "no rek",
    "nomor akun bank", "akaun", "tài khoản", "账户", "银行帐户", "帐号", "銀行帳戶",
    "my checking", "my savings", "checking is", "savings is", "account checking", "account savings", "bank details",
    "banking details", "bacs details", "wire details",
    "payment details account", "bank info",
    "tilinumeroni", "tilini", "tilille", "kontonummeret", "rekeningku", "счете", "счета", "з рахунку",
]);

#[rustfmt::skip]
static IBAN: Cues = Cues(&[
    "iban", "ibans", "international bank account number",
    "international account number", "آيبان",
    "رقم الآيبان",
]);

#[rustfmt::skip]
static CLABE: Cues = Cues(&[
    "clabe", "clabe interbancaria", "cuenta clabe", "clave bancaria", "clave interbancaria",
    "clave bancaria estandarizada", "transferencia", "spei", "cuenta", "numero de cuenta", "bank account",
    "account number",
]);

#[rustfmt::skip]
static CBU: Cues = Cues(&[
    "cbu", "cvu", "clave bancaria uniforme", "clave virtual uniforme", "cuenta", "numero de cuenta",
    "bank account", "account number", "transferencia",
]);

/// Banco de México, circular 3/2012: weights 3, 7, 1 over digits, each product modulo 10. Numbers of 18 digits are so
/// common that it needs a cue even so.
fn is_clabe(code: &[u8]) -> bool {
    let sum = digits(code)
        .zip([3_u32, 7, 1].into_iter().cycle().take(17))
        .fold(0_u32, |sum, (digit, weight)| {
            sum.saturating_add(digit.saturating_mul(weight).wrapping_rem(10))
        });
    let last = code.get(17).map(|last| digit(*last));
    let check = 10_u32.saturating_sub(sum.wrapping_rem(10)).wrapping_rem(10);
    let bank = number(code, 0..3);
    last == Some(check) && is_mexican_bank(bank) && !is_uniform(code)
}

/// Banco de México's catalogue of participants of SPEI.
fn is_mexican_bank(bank: u64) -> bool {
    matches!(
        bank,
        1 | 2 | 6 | 9 | 12 | 14 | 19 | 21 | 30 | 32 | 36 | 37 | 42 | 44 | 58..=60 | 62 | 72 | 102 | 103
            | 106 | 108 | 110 | 112 | 113 | 116 | 124 | 126..=156 | 158 | 160 | 166 | 167 | 168 | 600..=699 | 706 | 710 | 715
            | 722 | 723 | 728 | 730 | 732 | 734 | 738 | 814 | 812 | 901 | 902 | 903
    )
}

/// Banco Central de la República Argentina, communication A 2622: both blocks, of bank and branch and of account, end in
/// a check digit.
fn is_cbu(code: &[u8]) -> bool {
    let block = |from: usize, to: usize, weights: &[u32]| {
        weighted(code.get(from..to).unwrap_or_default(), weights).is_multiple_of(10)
    };
    code.len() == 22
        && !is_uniform(code)
        && block(0, 8, &[7, 1, 3, 9, 7, 1, 3, 1])
        && block(8, 22, &[3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3, 1])
}

/// Consejo Superior Bancario: a check digit of bank and branch, one of the account, modulo 11.
fn is_ccc(code: &[u8]) -> bool {
    const WEIGHTS: [u32; 10] = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
    let check = |part: &[u8], weights: &[u32]| match 11_u32
        .saturating_sub(weighted(part, weights).wrapping_rem(11))
    {
        11 => 0,
        10 => 1,
        check => check,
    };
    let (Some(bank), Some(account)) = (code.get(..8), code.get(10..20)) else { return false };
    let written = |at: usize| code.get(at).map(|byte| digit(*byte));
    !is_uniform(code)
        && written(8) == Some(check(bank, WEIGHTS.get(2..).unwrap_or_default()))
        && written(9) == Some(check(account, &WEIGHTS))
}

/// Comité français d'organisation et de normalisation bancaires: bank, branch, account, a key modulo 97; letters count
/// as on a telephone's keys.
fn is_rib(code: &[u8]) -> bool {
    let value = |byte: &u8| match byte {
        b'0'..=b'9' => byte.wrapping_sub(b'0'),
        b'A'..=b'I' => byte.wrapping_sub(b'A').saturating_add(1),
        b'J'..=b'R' => byte.wrapping_sub(b'J').saturating_add(1),
        _ => byte.wrapping_sub(b'S').saturating_add(2),
    };
    let rest = code.iter().fold(0_u32, |rest, byte| {
        rest.saturating_mul(10).saturating_add(u32::from(value(byte))).wrapping_rem(97)
    });
    !is_uniform(code) && rest == 0
}

/// Payments NZ: the numbers of banks that are registered. Their check digits differ by bank, and aren't looked at.
fn is_nz_account(code: &[u8]) -> bool {
    let bank = number(code, 0..2);
    matches!(bank, 1..=4 | 6 | 8..=31 | 33 | 35 | 38 | 88)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_clabe(b"032180000118359719") && is_clabe(b"002010077777777771"));
        assert!(!is_clabe(b"032180000118359718"));
        assert!(is_ccc(b"21000418450200051332") && !is_ccc(b"21000418460200051332"));
        assert!(is_rib(b"20041010050500013M02606") && !is_rib(b"20041010050500013M02607"));
        assert!(is_cbu(b"2850590940090418135201") && !is_cbu(b"2850590940090418135202"));
    }
}
