//! The districts that begin Germany's number plates.
//!
//! Source: Anlage 1 to § 8 of the Fahrzeug-Zulassungsverordnung, as published by the Kraftfahrt-Bundesamt. Umlauts
//! are written as they are folded: MÜ as MU.

/// Whether a plate may begin so.
pub(super) fn is_district(letters: &[u8]) -> bool {
    let districts = match letters {
        [first] => return b"ABCDEFGHJKLMNPRSVWXYZ".contains(first),
        [_, _] => PAIRS,
        [_, _, _] => TRIPLES,
        _ => return false,
    };
    let step = letters.len().saturating_add(1);
    let first = letters.first().copied().unwrap_or_default();
    // A few dozen begin with the same letter, and only what has a cue is looked up.
    districts
        .as_bytes()
        .chunks(step)
        .filter(|word| word.first() == Some(&first))
        .any(|word| word.starts_with(letters))
}

const PAIRS: &str = concat!(
    "AA AB AC AE AH AK AM AN AO AP AS AT AU AW AZ BA BB BC BE BF BH BI BK BL BM BN BO BS BT BW BZ CA CB CE CO CR ",
    "CW DA DD DE DH DI DL DM DN DO DU DW DZ EA EB ED EE EF EG EH EI EL EM EN ER ES EU EW FB FD FF FG FI FL FN FO ",
    "FR FS FT FU FW FZ GA GC GD GE GF GG GI GK GL GM GN GO GP GR GS GT GU GV GW GZ HA HB HC HD HE HF HG HH HI HK ",
    "HL HM HN HO HP HR HS HU HV HX HY HZ IK IL IN IZ JE JL KA KB KC KE KF KG KH KI KK KL KM KN KO KR KS KT KU KW ",
    "KY LA LB LC LD LF LG LH LI LL LM LN LO LP LR LU MA MB MC MD ME MG MH MI MK ML MM MN MO MQ MR MS MU MW MY MZ ",
    "NB ND NE NF NH NI NK NL NM NO NP NR NT NU NW NY NZ OA OB OC OD OE OF OG OH OK OL OP OR OS OZ PA PB PE PF PI ",
    "PL PM PN PR PS PW PZ RA RC RD RE RG RH RI RL RM RN RO RP RS RT RU RV RW RZ SB SC SE SG SH SI SK SL SM SN SO ",
    "SP SR ST SU SW SY SZ TE TF TG TO TP TR TS TT TU UE UH UL UM UN VB VG VK VR VS WA WB WE WF WG WI WK WL WM WN ",
    "WO WR WS WT WW WZ ZE ZI ZP ZR ZW ZZ ",
);

const TRIPLES: &str = concat!(
    "ABG ABI AIB AIC ALF ALZ ANA ANG ANK APD ARN ART ASL ASZ AUR AZE BAD BAR BBG BBL BCH BED BER BGD BGL BID BIN ",
    "BIR BIT BIW BKS BLB BLK BNA BOG BOH BOR BOT BRA BRB BRG BRK BRL BRV BSB BSK BTF BUD BUL BUR BUS BUZ BWL BYL ",
    "BZA CAS CHA CLP CLZ COC COE CUX DAH DAN DAU DBR DEG DEL DGF DIL DIN DIZ DKB DLG DON DUW EBE EBN EBS ECK EIC ",
    "EIL EIN EIS EMD EMS ERB ERH ERK ERZ ESB ESW EUT FDB FDS FEU FFB FKB FLO FOR FRG FRI FRW FTL FUS GAN GAP GDB ",
    "GEL GEM GEO GER GHA GHC GLA GMN GNT GOA GOH GRA GRH GRI GRM GRZ GTH GUB GUN GVM HAB HAL HAM HAS HBN HBS HCH ",
    "HDH HDL HEB HEF HEI HER HET HGN HGW HHM HIG HIP HMU HOG HOH HOL HOM HOR HOS HOT HRO HSK HST HVL HWI IGB ILL ",
    "JEV JUL KEH KEL KEM KIB KLE KLZ KON KOT KOZ KRU KUN KUS KYF LAN LAU LBS LBZ LDK LDS LEO LER LEV LIB LIF LIN ",
    "LIP LOB LOS LRO LSA LSN LSZ LUD LUN LUP LWL MAB MAI MAK MAL MED MEG MEI MEK MEL MER MET MGH MGN MHL MIL MKK ",
    "MOD MOL MON MOS MSE MSH MSP MST MTK MTL MUB MUL MUN MUR MVL MYK MZG NAB NAI NAU NDH NEA NEB NEC NEN NES NEW ",
    "NMB NMS NOH NOL NOM NOR NRU NRW NVP NWM OAL OBB OBG OCH OHA OHR OHV OHZ OPR OSL OTW OVI OVL OVP PAF PAN PAR ",
    "PCH PEG PIR PLO PRU QFT QLB RDG REG REH REI RID RIE ROD ROF ROH ROK ROL ROS ROT ROW RPL RSL RUD RUG SAB SAD ",
    "SAL SAN SAW SBG SBK SCZ SDH SDL SDT SEB SEE SEF SEL SFB SFT SGH SHA SHG SHK SHL SIG SIM SLE SLF SLG SLK SLN ",
    "SLS SLU SLZ SMU SNH SOB SOG SOK SOM SON SPB SPN SRB SRO STA STB STD STE STH STL STO SUL SUW SWA SZB TBB TDO ",
    "TET THL THW TIR TOL TUT UEM UFF USI VAI VEC VER VIB VIE VIT VOH WAF WAK WAN WAR WAT WBG WBS WDA WEB WEG WEL ",
    "WEN WER WES WHV WIL WIS WIT WIZ WLG WMS WND WOB WOH WOL WOR WOS WRN WSF WST WSW WTL WTM WUG WUM WUN WUR WZL ",
    "ZEL ZIG ",
);

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn districts() {
        for known in ["B", "M", "HH", "KA", "AA", "ZZ", "ABG", "WZL", "MTK"] {
            assert!(is_district(known.as_bytes()), "{known}");
        }
        for unknown in ["", "I", "O", "AQ", "ZY", "A ", "ABC", "HAMM"] {
            assert!(!is_district(unknown.as_bytes()), "{unknown}");
        }
    }
}
