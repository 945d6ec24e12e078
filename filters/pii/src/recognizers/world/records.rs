//! Numbers that a cue names but no register defines: national identity numbers of any country, records and memberships
//! of hospitals and insurers.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::is_uniform,
        code::{Check, Code},
    },
};

/// By cue. Rows of countries, which know more, stand before.
pub(crate) static CODES: &[Code] = &[Code {
    rule: "medical_record",
    entity: EntityType::HealthId,
    alone: &[],
    cued: &[
        "9{5,12}",
        "A9{5,12}",
        "AA9{5,12}",
        "AAA9{5,12}",
        "AAA 9{5,10}",
        "A-9{5,10}",
        "AA-9{5,10}",
        "999-999-999",
        "999 99 9999",
        "9999 9999",
        "999-9999",
        "99-99-99",
        "AAA-9999-9999",
        "A99999999A",
        "999999999A",
        "AAA999A99999",
    ],
    check: Check::Structure(|code| !is_uniform(code)),
    cues: &MEDICAL,
}];

#[rustfmt::skip]
static MEDICAL: Cues = Cues(&[
    "mrn", "mrn no", "mrn number", "medical record", "medical record no", "medical record number",
    "medical record num", "medical records number", "patient id", "patient no", "patient number",
    "patient identifier", "patient mrn", "patient record", "patient record number", "hospital number",
    "hospital no", "health record number", "health insurance", "health insurance number",
    "health insurance no", "health insurance id", "health insurance policy", "health insurance member",
    "health plan", "health plan id", "health plan number", "health plan beneficiary",
    "health plan beneficiary number", "insurance member id", "insurance member number", "insurance id",
    "member id", "subscriber id", "subscriber number", "medicaid", "medicaid id", "medicaid no",
    "medicaid number", "patientennummer", "numero de expediente", "numero de historia clinica",
    "historia clinica", "numero de dossier medical", "numero de patient", "prontuario", "cartella clinica",
    "病历号", "住院号", "社保号", "医保卡号", "医保号", "診察券番号", "患者番号", "カルテ番号", "환자번호", "환자등록번호",
]);
