"""National, tax and health ids of the Americas."""

from __future__ import annotations

from stdnum.ar import cuit
from stdnum.br import cnpj, cpf
from stdnum.ca import sin
from stdnum.cl import rut
from stdnum.co import nit
from stdnum.mx import curp, rfc
from stdnum.us import ein, itin, ssn

from . import checks
from .idkit import date, groups, plain, shaped
from .sample import Family, pattern


def _ssn_area(value: str) -> bool:
    # Numbers printed in advertisements, and the range once kept for them, are no persons' numbers.
    return ssn.is_valid(value) and not value.startswith(("9", "666", "000")) and value != "078-05-1120"


def _spoil_ssn(rng, value: str) -> str:
    """An area, group or serial number that was never given out."""
    return rng.choice((f"000{value[3:]}", f"666{value[3:]}", f"{value[:4]}00{value[6:]}", f"{value[:7]}0000"))


def _spoil_itin(rng, value: str) -> str:
    """A group below those that the IRS gives out; nine hundreds are no social security number either."""
    return f"{value[:4]}{rng.randint(1, 49):02d}{value[6:]}"


def _curp_body(rng) -> str:
    y, m, d = date(rng)
    states = ("AS", "BC", "CH", "DF", "GR", "JC", "MC", "NL", "OC", "PL", "SR", "VZ", "YN", "ZS")
    name = rng.choice("BCDFGHLMPRST") + rng.choice("AEIOU") + pattern(rng, "@@").replace("Ñ", "X")
    inner = "".join(rng.choice("BCDFGHJKLMNPQRSTVWXYZ") for _ in range(3))
    return f"{name}{y % 100:02d}{m:02d}{d:02d}{rng.choice('HM')}{rng.choice(states)}{inner}{rng.randrange(10)}{rng.randrange(10)}"


def _rfc_body(rng) -> str:
    y, m, d = date(rng)
    name = rng.choice("BCDFGHLMPRST") + rng.choice("AEIOU") + pattern(rng, "@@")
    return f"{name}{y % 100:02d}{m:02d}{d:02d}" + pattern(rng, "&&") + rng.choice("0123456789A")


def _rfc_valid(value: str) -> bool:
    return rfc.is_valid(value, validate_check_digits=True)


FAMILIES = (
    Family("us_ssn", "NATIONAL_ID", shaped("###-##-####", _ssn_area), valid=_ssn_area, strong=True, spoil=_spoil_ssn,
           cues=("SSN", "social security number", "Social Security no."), keys=("ssn", "social_security_number", "employee_ssn")),
    Family("us_ssn_undashed", "NATIONAL_ID", shaped("###-##-####", _ssn_area, lambda v: v.replace("-", ""), lambda v: v.replace("-", " ")),
           cues=("SSN", "social security number"), keys=("ssn", "social_security_number", "borrower_ssn")),
    Family("us_itin", "TAX_ID", shaped("9##-##-####", itin.is_valid), spoil=_spoil_itin, also=("NATIONAL_ID",), strong=True,
           cues=("ITIN", "individual taxpayer identification number"), keys=("itin", "taxpayer_itin")),
    Family("us_ein", "TAX_ID", shaped("##-#######", ein.is_valid), cues=("EIN", "employer identification number", "federal tax ID"),
           keys=("ein", "federal_tax_id", "employer_id_number")),
    Family("us_npi", "HEALTH_ID", shaped("1#########", checks.npi), valid=checks.npi,
           cues=("NPI", "NPI number", "national provider identifier"), keys=("npi", "npi_number", "provider_npi")),
    Family("us_mbi", "HEALTH_ID", shaped("%@&#@&#@@##", checks.mbi, plain, groups(4, 3, 4, by="-")), valid=checks.mbi,
           cues=("MBI", "Medicare number", "Medicare beneficiary identifier"), keys=("mbi", "medicare_id", "medicare_number")),
    Family("us_dea", "HEALTH_ID", shaped("B@#######", checks.dea), valid=checks.dea, listed=False,
           cues=("DEA number", "DEA registration number"), keys=("dea_number", "dea")),
    Family("ca_sin", "NATIONAL_ID", shaped("#########", lambda v: v[0] in "1234567" and sin.is_valid(v), plain, groups(3, 3, 3), groups(3, 3, 3, by="-")),
           valid=lambda v: sin.is_valid(v), also=("TAX_ID",),
           cues=("SIN", "social insurance number", "SIN number"), keys=("sin", "social_insurance_number")),
    Family("br_cpf", "NATIONAL_ID", shaped("###.###.###-##", cpf.is_valid), valid=cpf.is_valid, lang="pt", also=("TAX_ID",), strong=True,
           cues=("CPF", "número do CPF"), keys=("cpf", "cpf_cliente")),
    Family("br_cpf_plain", "NATIONAL_ID", shaped("###########", cpf.is_valid), valid=cpf.is_valid, lang="pt", also=("TAX_ID",),
           cues=("CPF", "número do CPF"), keys=("cpf", "numero_cpf")),
    Family("br_cnpj", "TAX_ID", shaped("########000###", cnpj.is_valid, cnpj.format), valid=cnpj.is_valid, lang="pt", strong=True,
           cues=("CNPJ", "número do CNPJ"), keys=("cnpj", "cnpj_empresa")),
    Family("mx_curp", "NATIONAL_ID", shaped(_curp_body, curp.is_valid), valid=curp.is_valid, lang="es", strong=True,
           cues=("CURP", "clave CURP"), keys=("curp",)),
    Family("mx_rfc", "TAX_ID", shaped(_rfc_body, _rfc_valid), valid=_rfc_valid, lang="es", also=("NATIONAL_ID",),
           cues=("RFC", "RFC con homoclave"), keys=("rfc", "rfc_cliente")),
    Family("ar_cuit", "TAX_ID", shaped("20#########", cuit.is_valid, cuit.format), valid=cuit.is_valid, lang="es", also=("NATIONAL_ID",), listed=False,
           cues=("CUIT", "CUIL"), keys=("cuit", "cuil")),
    Family("cl_rut", "NATIONAL_ID", shaped("1#######%", rut.is_valid, rut.format), valid=rut.is_valid, lang="es", also=("TAX_ID",), listed=False,
           cues=("RUT", "RUN"), keys=("rut", "run")),
    Family("co_nit", "TAX_ID", shaped("9########%", nit.is_valid, nit.format), valid=nit.is_valid, lang="es", listed=False,
           cues=("NIT",), keys=("nit",)),
)
