//! Brazil's numbers.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, digits, is_uniform, number, weighted},
        code::{Check, Code},
    },
};

/// CPF, CNPJ, PIS, voter's title, CNH, SUS card, RG.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "br_cpf",
        entity: EntityType::NationalId,
        alone: &["999.999.999-99"],
        cued: &["99999999999", "999999999-99", "999 999 999 99", "999 999 999-99"],
        check: Check::Checksum(is_cpf),
        cues: &CPF,
    },
    Code {
        rule: "br_cnpj",
        entity: EntityType::TaxId,
        alone: &["99.999.999/9999-99", "XX.XXX.XXX/XXXX-99"],
        cued: &["XXXXXXXXXXXX99", "XXXXXXXX/XXXX-99", "XXXXXXXXXXXX-99", "99 999 999 9999 99"],
        check: Check::Checksum(is_cnpj),
        cues: &CNPJ,
    },
    Code {
        rule: "br_pis",
        entity: EntityType::NationalId,
        alone: &["999.99999.99-9"],
        cued: &["99999999999", "999 99999 99 9", "9999999999-9", "999.999.999.9-9"],
        check: Check::Checksum(is_pis),
        cues: &PIS,
    },
    Code {
        rule: "br_voter",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999999999", "9999 9999 9999"],
        check: Check::Checksum(is_voter),
        cues: &VOTER,
    },
    Code {
        rule: "br_cnh",
        entity: EntityType::DriverLicense,
        alone: &[],
        cued: &["99999999999"],
        check: Check::Checksum(is_cnh),
        cues: &CNH,
    },
    Code {
        rule: "br_cns",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &["999999999999999", "999 9999 9999 9999"],
        check: Check::Checksum(is_cns),
        cues: &CNS,
    },
    Code {
        rule: "br_rg",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &[
            "99.999.999-X",
            "9.999.999-X",
            "9.999.999",
            "99.999.999",
            "9{7,10}",
            "9{7,9}-X",
            "99999999X",
            "AA-99.999.999",
            "AA-9.999.999",
        ],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &RG,
    },
];

#[rustfmt::skip]
static CPF: Cues = Cues(&[
    "cpf", "cpf no", "cpf mf", "cpf cnpj", "n cpf", "numero do cpf", "numero de cpf",
    "cadastro de pessoa fisica", "cadastro de pessoas fisicas", "pessoa fisica", "contribuinte",
    "brazilian tax id", "documento",
]);

#[rustfmt::skip]
static CNPJ: Cues = Cues(&[
    "cnpj", "cnpj no", "cnpj mf", "cpf cnpj", "n cnpj", "numero do cnpj",
    "cadastro nacional da pessoa juridica", "pessoa juridica", "razao social", "brazilian company",
]);

#[rustfmt::skip]
static PIS: Cues = Cues(&[
    "pis", "pasep", "pis pasep", "nis", "nit", "numero do pis", "numero do nis", "pis no",
    "programa de integracao social", "numero de identificacao social", "inscricao do trabalhador", "ctps",
]);

#[rustfmt::skip]
static VOTER: Cues = Cues(&[
    "titulo de eleitor", "titulo eleitoral", "titulo eleitor", "numero do titulo", "inscricao eleitoral",
    "eleitor", "voter id", "voter registration", "voter",
]);

#[rustfmt::skip]
static CNH: Cues = Cues(&[
    "cnh", "cnh no", "numero da cnh", "registro cnh", "carteira nacional de habilitacao",
    "carteira de habilitacao", "carteira de motorista", "habilitacao", "driver s license", "driver license",
    "drivers license", "driving licence",
]);

#[rustfmt::skip]
static CNS: Cues = Cues(&[
    "cns", "sus", "cartao sus", "cartao do sus", "numero do sus", "cartao nacional de saude",
    "carteira do sus", "cartao de saude", "health card",
]);

#[rustfmt::skip]
static RG: Cues = Cues(&[
    "rg", "rg no", "r g", "n rg", "numero do rg", "numero de rg", "registro geral",
    "carteira de identidade", "cedula de identidade", "identidade", "documento de identidade",
    "identity card", "rg numero",
]);

/// A check digit modulo 11: 11 minus the rest, 0 where that has two digits.
fn check(sum: u32) -> u32 {
    match sum.wrapping_rem(11) {
        0 | 1 => 0,
        rest => 11_u32.saturating_sub(rest),
    }
}

/// The value of the digit at `at`; none where there is none.
fn at(code: &[u8], at: usize) -> Option<u32> {
    code.get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| digit(*byte))
}

/// Receita Federal: two check digits modulo 11.
fn is_cpf(code: &[u8]) -> bool {
    code.len() == 11
        && !is_uniform(code)
        && at(code, 9) == Some(check(weighted(code, &[10, 9, 8, 7, 6, 5, 4, 3, 2])))
        && at(code, 10) == Some(check(weighted(code, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2])))
}

/// Receita Federal, Instrução Normativa 2.229/2024: since 2026 letters may stand before the two check digits; a sign's
/// value is its place behind `0` in ASCII.
fn is_cnpj(code: &[u8]) -> bool {
    let sum = |weights: &[u32]| {
        code.iter().zip(weights).fold(0_u32, |sum, (byte, weight)| {
            sum.saturating_add(u32::from(byte.saturating_sub(b'0')).saturating_mul(*weight))
        })
    };
    code.len() == 14
        && !is_uniform(code.get(..12).unwrap_or_default())
        && code.iter().filter(|byte| byte.is_ascii_digit()).count() >= 4
        && at(code, 12) == Some(check(sum(&[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])))
        && at(code, 13) == Some(check(sum(&[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])))
}

/// Caixa Econômica Federal: PIS, PASEP, NIS and NIT are one number.
fn is_pis(code: &[u8]) -> bool {
    code.len() == 11
        && !is_uniform(code)
        && at(code, 10) == Some(check(weighted(code, &[3, 2, 9, 8, 7, 6, 5, 4, 3, 2])))
}

/// Tribunal Superior Eleitoral, Resolução 21.538/2003: number, state, two check digits.
fn is_voter(code: &[u8]) -> bool {
    let rest = |sum: u32| match sum.wrapping_rem(11) {
        10 => 0,
        rest => rest,
    };
    let first = rest(weighted(code, &[2, 3, 4, 5, 6, 7, 8, 9]));
    let state = code.get(8..10).unwrap_or_default();
    let second = rest(weighted(state, &[7, 8]).saturating_add(first.saturating_mul(9)));
    // São Paulo and Minas Gerais wrote 1 where others write 0.
    let large = matches!(number(code, 8..10), 1 | 2);
    let agrees = |written: Option<u32>, check: u32| {
        written == Some(check) || (large && check == 0 && written == Some(1))
    };
    matches!(number(code, 8..10), 1..=28)
        && agrees(at(code, 10), first)
        && agrees(at(code, 11), second)
}

/// Departamento Nacional de Trânsito: two check digits modulo 11, the second less 2 where the first has two digits. On what to do
/// where the second has two digits too, issuers differ.
fn is_cnh(code: &[u8]) -> bool {
    let first = weighted(code, &[9, 8, 7, 6, 5, 4, 3, 2, 1]).wrapping_rem(11);
    let second = weighted(code, &[1, 2, 3, 4, 5, 6, 7, 8, 9]).wrapping_rem(11);
    let (first, less) = if first > 9 { (0, 2_u32) } else { (first, 0) };
    let lessened = match second.checked_sub(less).unwrap_or_else(|| second.saturating_add(9)) {
        10.. => 0,
        digit => digit,
    };
    let written = at(code, 10);
    !is_uniform(code)
        && at(code, 9) == Some(first)
        && (written == Some(lessened) || (second == 10 && written == Some(0)))
}

/// DATASUS: fifteen digits, weights 15 to 1, modulo 11.
fn is_cns(code: &[u8]) -> bool {
    let weights = (1..=15_u32).rev();
    let sum = digits(code)
        .zip(weights)
        .fold(0_u32, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(weight)));
    matches!(code.first(), Some(b'1' | b'2' | b'7' | b'8' | b'9')) && sum.is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_cpf(b"39053344705") && is_cpf(b"52998224725"));
        assert!(!is_cpf(b"39053344706") && !is_cpf(b"11111111111"));
        assert!(is_cnpj(b"16727230000197") && is_cnpj(b"12ABC34501DE35"));
        assert!(!is_cnpj(b"16727230000196") && !is_cnpj(b"12ABC34501DE36"));
        assert!(is_pis(b"63713460782") && is_pis(b"09350826173") && !is_pis(b"12056412548"));
        for title in
            ["391406141902", "680226882453", "613791291600", "341494070205", "587443802445"]
        {
            assert!(is_voter(title.as_bytes()), "{title}");
        }
        assert!(!is_voter(b"106644440303"));
        for license in ["24971337856", "18532405302", "21844944720", "55580928408", "25772315192"] {
            assert!(is_cnh(license.as_bytes()), "{license}");
        }
        assert!(!is_cnh(b"62472927638"));
        assert!(
            is_cns(b"871992578984672") && is_cns(b"211354229370003") && !is_cns(b"871992578984673")
        );
    }
}
