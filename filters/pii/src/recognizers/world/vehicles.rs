//! Vehicles: identification numbers, and plates of countries outside Europe.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        code::{Check, Code},
        europe::plates::is_no_phrase,
    },
};

/// Identification numbers, and plates by cue.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "vin",
        entity: EntityType::VehiclePlate,
        alone: &["XXXXXXXXXXXXXXXXX"],
        cued: &[],
        check: Check::Checksum(is_checked_vin),
        cues: &VIN,
    },
    Code {
        rule: "vin",
        entity: EntityType::VehiclePlate,
        alone: &[],
        cued: &["XXXXXXXXXXXXXXXXX"],
        check: Check::Structure(is_vin),
        cues: &VIN,
    },
    Code {
        rule: "vehicle_plate",
        entity: EntityType::VehiclePlate,
        alone: &[],
        cued: &[
            // Turkey: a province, letters, digits.
            "99 A 9999",
            "99 A 99999",
            "99 AA 999",
            "99 AA 9999",
            "99 AAA 99",
            "99 AAA 999",
            // North America: letters and digits in nearly any order, five to eight.
            "AAA9999",
            "AAA999",
            "AAA99",
            "AA99999",
            "AA9999",
            "AA999",
            "A99999",
            "A999999",
            "A9999",
            "999AAA",
            "9999AAA",
            "9999AA",
            "99999AA",
            "999999A",
            "99999A",
            "9AAA999",
            "9AA9999",
            "99AA999",
            "99AAA99",
            "99AAAA",
            "9A99999",
            "99A9999",
            "999A999",
            "9999A99",
            "99999A9",
            "AAA99A",
            "AA9AA9",
            "A99AAA",
            "999AA9",
            "9AAA99",
            "AA99A9",
            "A9AAA9",
            "AAA9A99",
            "AAA99AA",
            "AAAA999",
            "AAAA99",
            "AAAAA99",
            "AAAAAA9",
            "AAAAA9",
            "AAA 9999",
            "AAA 999",
            "AA 99999",
            "AA 9999",
            "AA 999",
            "A 99999",
            "A 9999",
            "AAA-99A",
            "AAA-99-99",
            "A99-AAA",
            "A99 9AA",
            "AA9-999",
            "AA9 9AA",
            "9A 99999",
            "99A-999",
            "9A-A9999",
            "AA-99-99",
            "A-99-AAA",
            "999-AAA",
            "999-AAAA",
            "9999-AA",
            "99-AAAA",
            "9AAA-999",
            "AAA-9A99",
            "AA 9A 9999",
            "AAA 99 99",
            "AA 999 AA",
            "A 999 AA",
            "AA999AA",
            "A999AA",
            "A999AAA",
            "A 999 AAA",
            "AAA 999 A",
            "AAA999A",
            "AA 99 AA AA",
            // Australia, New Zealand, South Africa, Nigeria, Kenya, Brazil, Argentina and others.
            "AA-99-AA",
            "9AA 9AA",
            "9AA9AA",
            "9AA-9AA",
            "AAA999AA",
            "AAA 999 AA",
            "AAA-999-AA",
            "AAA 999A",
            "AA99 AA AA",
            "AA 99 AA AA",
            "AA99AAAA",
            "AA 99 AAA",
            "AA99AAA",
            "AA 9 AAA",
            "99-A-9999",
            "99AAA999",
            "A 9999 AA",
            "A 9999 AAA",
            "A9999AA",
            "A9999AAA",
            "AAA9999A",
            "AAA 9999 A",
            "AA9999A",
            "AA 9999 A",
            "AAA-9A9",
            "A99AA9",
            "999A99",
            "999 A 99",
        ],
        check: Check::Structure(|code| code.iter().any(u8::is_ascii_digit) && is_no_phrase(code)),
        cues: &PLATE,
    },
];

#[rustfmt::skip]
static VIN: Cues = Cues(&[
    "vin", "vins", "vin no", "vin number", "vehicle identification number", "vehicle identification no",
    "vehicle id number", "vehicle id", "vehicle vin", "chassis", "chassis no", "chassis number",
    "frame number", "fahrgestellnummer", "fahrzeugidentifikationsnummer", "fahrzeug identifizierungsnummer",
    "fin", "numero de chassis", "numero de serie", "numero de bastidor", "bastidor", "numero di telaio",
    "telaio", "chassi", "numero do chassi", "chassisnummer", "car", "vehicle", "sasi no", "車台番号", "车架号",
    "车辆识别代号", "차대번호",
]);

#[rustfmt::skip]
static PLATE: Cues = Cues(&[
    "plate", "plates", "plate no", "plate num", "plate number", "license plate", "licence plate",
    "license plate number", "licence plate number", "license plate no", "licence plate no",
    "license plates", "licence plates", "number plate", "registration plate", "car plate", "tag number",
    "license tag", "rego", "rego no", "rego number", "car registration", "car registration number",
    "vehicle registration", "vehicle registration number", "vehicle registration no", "registration mark",
    "vehicle reg", "vrm", "vrn", "car reg", "reg plate", "vehicle number", "vehicle plate", "vehicle tag",
    "registration number", "registration no", "reg number", "reg no", "rego plate", "licenseplate",
    "numberplate", "placa", "placas", "placa do carro", "numero de placa", "numero de placas",
    "no de placa", "patente", "patente del auto", "matricula", "plaque", "plaque d immatriculation",
    "immatriculation", "plaka", "plaka no", "plaat", "nommerplaat", "nomor polisi", "no polisi", "nopol",
    "plat nomor", "plat kendaraan", "nombor plat", "no plat", "no pendaftaran", "bien so", "bien so xe",
    "车牌", "车牌号", "车牌号码", "車牌", "車牌號碼", "車號", "ナンバープレート", "登録番号", "車両番号", "번호판", "차량번호", "자동차번호", "차번호",
    "ทะเบียนรถ", "ป้ายทะเบียน", "رقم اللوحة", "لوحة السيارة", "لوحة", "پلاک", "מספר רכב", "לוחית רישוי",
]);

/// ISO 3779: no I, O or Q.
fn is_vin(code: &[u8]) -> bool {
    let letters = code.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let no_other = !code.iter().any(|byte| b"IOQ".contains(byte));
    no_other && letters > 0 && letters < code.len()
}

/// 49 CFR 565.15: letters have values, the ninth sign is the sum of products modulo 11. Vehicles for North America and
/// China have it.
fn is_checked_vin(code: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte.wrapping_sub(b'0')),
        b'A'..=b'H' => u32::from(byte.wrapping_sub(b'A')).saturating_add(1),
        b'J'..=b'R' => u32::from(byte.wrapping_sub(b'J')).saturating_add(1),
        _ => u32::from(byte.wrapping_sub(b'S')).saturating_add(2),
    };
    let sum = code
        .iter()
        .zip(WEIGHTS)
        .fold(0_u32, |sum, (byte, weight)| sum.saturating_add(value(*byte).saturating_mul(weight)));
    let check = match sum.wrapping_rem(11) {
        10 => Some(b'X'),
        rest => u8::try_from(rest).ok().map(|rest| rest.saturating_add(b'0')),
    };
    let letters = code.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    is_vin(code) && letters >= 2 && code.get(8).copied() == check
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        for vin in ["1HGBH41JXMN109186", "1M8GDM9AXKP042788", "5GZCZ43D13S812715"] {
            assert!(is_checked_vin(vin.as_bytes()), "{vin}");
        }
        assert!(!is_checked_vin(b"1HGBH41J0MN109186") && !is_checked_vin(b"11111111111111111"));
        assert!(is_vin(b"WVWZZZ1JZ3W386752") && !is_vin(b"WVWZZZ1JZ3W38675O"));
    }
}
