"""National, tax and health ids of Asia, Africa and Oceania."""

from __future__ import annotations

from stdnum.au import abn, tfn
from stdnum.cn import ric
from stdnum.id import nik
from stdnum.il import idnr as il_id
from stdnum.in_ import aadhaar, epic, gstin, pan
from stdnum.jp import in_ as my_number
from stdnum.kr import rrn
from stdnum.my import nric as mykad
from stdnum.th import pin
from stdnum.tr import tckimlik
from stdnum.za import idnr as za_id

from . import checks
from .idkit import date, groups, plain, shaped, yymmdd
from .sample import Family, pattern

INDIAN_STATES = ("01", "06", "07", "09", "19", "24", "27", "29", "33", "36")


def _pan(rng) -> str:
    return pattern(rng, "@@@") + "P" + pattern(rng, "@####@")


def _gstin(rng) -> str:
    return rng.choice(INDIAN_STATES) + _pan(rng) + rng.choice("12") + "Z" + pattern(rng, "&")


def _rrn(rng) -> str:
    return yymmdd(rng) + "-" + rng.choice("12") + f"{rng.randint(0, 95):02d}" + pattern(rng, "####")


def _ric(rng) -> str:
    y, m, d = date(rng)
    place = rng.choice(("110101", "310104", "440106", "330102", "510104", "420102", "320102", "610102"))
    return f"{place}{y}{m:02d}{d:02d}" + pattern(rng, "###") + rng.choice("0123456789X")


def _nric(rng) -> str:
    return rng.choice("STFG") + pattern(rng, "#######") + rng.choice("ABCDEFGHIJKLMNPQRTUWXZ")


FAMILIES = (
    Family("in_aadhaar", "NATIONAL_ID", shaped("%###########", lambda v: v[0] > "1" and aadhaar.is_valid(v), plain, groups(4, 4, 4), groups(4, 4, 4, by="-")), valid=aadhaar.is_valid,
           cues=("Aadhaar number", "Aadhaar no.", "Aadhaar", "UIDAI number"), keys=("aadhaar", "aadhaar_number", "aadhaar_no")),
    Family("in_pan", "TAX_ID", shaped(_pan, pan.is_valid), cues=("PAN", "PAN card number", "PAN number"), keys=("pan", "pan_number", "pan_card"), also=("NATIONAL_ID",), strong=True),
    Family("in_gstin", "TAX_ID", shaped(_gstin, gstin.is_valid), valid=gstin.is_valid, cues=("GSTIN", "GST number"), keys=("gstin", "gst_number"), strong=True),
    Family("in_epic", "NATIONAL_ID", shaped("@@@#######", epic.is_valid), valid=epic.is_valid, cues=("voter ID", "EPIC number"), keys=("voter_id", "epic_number"), listed=False),
    Family("au_tfn", "TAX_ID", shaped("%########", tfn.is_valid, plain, groups(3, 3, 3)), valid=tfn.is_valid, cues=("TFN", "tax file number"), keys=("tfn", "tax_file_number")),
    Family("au_abn", "TAX_ID", shaped("%##########", abn.is_valid, plain, groups(2, 3, 3, 3)), valid=abn.is_valid, cues=("ABN", "Australian Business Number"), keys=("abn", "business_abn")),
    Family("au_medicare", "HEALTH_ID", shaped("%########%", checks.medicare_au, plain, groups(4, 5, 1)), valid=checks.medicare_au,
           cues=("Medicare number", "Medicare card number", "Medicare card"), keys=("medicare_number", "medicare_card_number")),
    Family("sg_nric", "NATIONAL_ID", shaped(_nric, checks.nric), valid=checks.nric, strong=True, cues=("NRIC", "NRIC number", "FIN"), keys=("nric", "nric_number", "nric_fin")),
    Family("jp_my_number", "NATIONAL_ID", shaped("############", my_number.is_valid, plain, groups(4, 4, 4)), valid=my_number.is_valid, lang="ja",
           cues=("マイナンバー", "個人番号"), keys=("my_number", "kojin_bango"), also=("TAX_ID",)),
    Family("kr_rrn", "NATIONAL_ID", shaped(_rrn, rrn.is_valid), valid=rrn.is_valid, lang="ko", strong=True, cues=("주민등록번호", "주민번호"), keys=("rrn", "jumin_number")),
    Family("za_id", "NATIONAL_ID", shaped(lambda r: yymmdd(r) + pattern(r, "####") + "08" + pattern(r, "#"), za_id.is_valid), valid=za_id.is_valid,
           cues=("South African ID number", "SA ID number", "RSA ID"), keys=("za_id_number", "sa_id_number", "rsa_id")),
    Family("tr_tckn", "NATIONAL_ID", shaped("%##########", tckimlik.is_valid), valid=tckimlik.is_valid, lang="tr",
           cues=("TC kimlik numarası", "T.C. kimlik no", "TCKN"), keys=("tc_kimlik_no", "tckn")),
    Family("cn_ric", "NATIONAL_ID", shaped(_ric, ric.is_valid), valid=ric.is_valid, lang="zh", strong=True, cues=("身份证号", "身份证号码", "居民身份证"), keys=("id_card", "shenfenzheng", "id_card_no")),
    Family("th_pin", "NATIONAL_ID", shaped("1############", pin.is_valid, plain, groups(1, 4, 5, 2, 1, by="-")), valid=pin.is_valid, listed=False, cues=("Thai national ID", "เลขประจำตัวประชาชน"), keys=("thai_id",)),
    Family("my_nric", "NATIONAL_ID", shaped(lambda r: yymmdd(r) + r.choice(("01", "08", "10", "14")) + pattern(r, "####"), mykad.is_valid, groups(6, 2, 4, by="-")), listed=False, cues=("MyKad number", "MyKad"), keys=("mykad", "my_kad")),
    Family("il_id", "NATIONAL_ID", shaped("%########", il_id.is_valid), valid=il_id.is_valid, listed=False, cues=("teudat zehut", "תעודת זהות"), keys=("teudat_zehut",)),
    Family("id_nik", "NATIONAL_ID", shaped(lambda r: r.choice(("317101", "327301", "357801")) + f"{r.randint(1, 28):02d}{r.randint(1, 12):02d}{r.randint(50, 99):02d}" + pattern(r, "00##"), nik.is_valid), listed=False, cues=("NIK", "nomor induk kependudukan"), keys=("nik",)),
)
