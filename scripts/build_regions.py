"""Generate the packaged names of regions and countries from CLDR.

Needs Babel 2.18 (CLDR 47), which the package itself never imports. The output
depends on this file and that release alone:

    python scripts/build_regions.py            write both files
    python scripts/build_regions.py --check    exit 1 if a committed file differs

With another release of Babel nothing is written, and ``--check`` leaves out the
names that are CLDR's: a newer one is for somebody to read before it is shown.

Regions are those of the UN's "Standard country or area codes for statistical
use" (M49), https://unstats.un.org/unsd/methodology/m49/, and two sets that M49
lacks. A name comes from CLDR where the UN writes the same, else from the UN's
table; each region's ``source`` says which: ``cldr``, ``un`` or ``project`` (no
such source has a name for this area in this language). Countries have CLDR's
names, with the exceptions and reasons in ``COUNTRY_NAMES``.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import babel
from babel import Locale
from babel.core import get_cldr_version


PACKAGE = Path(__file__).resolve().parent.parent / "wagtail_rtop"
REGIONS = PACKAGE / "regions" / "data" / "regions.json"
COUNTRIES = PACKAGE / "organisations" / "data" / "countries.json"

CLDR = "47"

# Language of the data → CLDR locale. "pt" is European Portuguese, as it is to
# Django and to the organisations; CLDR's own "pt" is Brazilian.
LOCALES = {
    "ar": "ar",
    "en": "en",
    "es": "es",
    "fr": "fr",
    "pt": "pt_PT",
    "ru": "ru",
    "sw": "sw",
    "zh-hans": "zh_Hans",
}

# M49: code, code of the area it is part of, and the UN's names in its six
# languages. Empty = CLDR's: the UN writes "África Subsahariana" with a capital
# that its other adjectives, and Spanish spelling, do without.
M49 = """
code|parent|en|ar|es|fr|ru|zh-hans
001||World|العالم|Mundo|Monde|Весь мир|世界
002|001|Africa|أفريقيا|África|Afrique|Африка|非洲
015|002|Northern Africa|أفريقيا الشمالية|África septentrional|Afrique septentrionale|Северная Африка|北非
202|002|Sub-Saharan Africa|أفريقيا جنوب الصحراء الكبرى||Afrique subsaharienne|Африка к югу от Сахары|撒哈拉以南非洲
011|202|Western Africa|غرب أفريقيا|África occidental|Afrique occidentale|Западная Африка|西非
014|202|Eastern Africa|شرق أفريقيا|África oriental|Afrique orientale|Восточная Африка|东非
017|202|Middle Africa|وسط أفريقيا|África central|Afrique centrale|Центральная Африка|中非
018|202|Southern Africa|الجنوب الأفريقي|África meridional|Afrique australe|Южная часть Африки|南部非洲
019|001|Americas|الأمريكتان|Américas|Amériques|Северная и Южная Америка|美洲
419|019|Latin America and the Caribbean|أمريكا اللاتينية ومنطقة البحر الكاريبي|América Latina y el Caribe|Amérique latine et Caraïbes|Латинская Америка и Карибский бассейн|拉丁美洲和加勒比
005|419|South America|أمريكا الجنوبية|América del Sur|Amérique du Sud|Южная Америка|南美洲
013|419|Central America|أمريكا الوسطى|América central|Amérique centrale|Центральная Америка|中美洲
029|419|Caribbean|منطقة البحر الكاريبي|El Caribe|Caraïbes|Карибский бассейн|加勒比
021|019|Northern America|أمريكا الشمالية|América septentrional|Amérique septentrionale|Северная Америка|北美
142|001|Asia|آسيا|Asia|Asie|Азия|亚洲
030|142|Eastern Asia|شرقي آسيا|Asia oriental|Asie orientale|Восточная Азия|东亚
034|142|Southern Asia|جنوب آسيا|Asia meridional|Asie méridionale|Южная Азия|南亚
035|142|South-eastern Asia|جنوب شرقي آسيا|Asia sudoriental|Asie du Sud-Est|Юго-Восточная Азия|东南亚
143|142|Central Asia|آسيا الوسطى|Asia central|Asie centrale|Центральная Азия|中亚
145|142|Western Asia|غربي آسيا|Asia occidental|Asie occidentale|Западная Азия|西亚
150|001|Europe|أوروبا|Europa|Europe|Европа|欧洲
039|150|Southern Europe|أوروبا الجنوبية|Europa meridional|Europe méridionale|Южная Европа|南欧
151|150|Eastern Europe|أوروبا الشرقية|Europa oriental|Europe orientale|Восточная Европа|东欧
154|150|Northern Europe|أوروبا الشمالية|Europa septentrional|Europe septentrionale|Северная Европа|北欧
155|150|Western Europe|أوروبا الغربية|Europa occidental|Europe occidentale|Западная Европа|西欧
009|001|Oceania|أوقيانوسيا|Oceanía|Océanie|Океания|大洋洲
053|009|Australia and New Zealand|أستراليا ونيوزيلندا|Australia y Nueva Zelandia|Australie et Nouvelle-Zélande|Австралия и Новая Зеландия|澳大利亚和新西兰
054|009|Melanesia|ميلانيزيا|Melanesia|Mélanésie|Меланезия|美拉尼西亚
057|009|Micronesia|ميكرونيزيا|Micronesia|Micronésie|Микронезия|密克罗尼西亚
061|009|Polynesia|بولينيزيا|Polinesia|Polynésie|Полинезия|波利尼西亚
"""

# Where the UN has no name in the language and CLDR's is of another area
# (419 is "Latin America" there, 053 "Australasia") or reads as another's: the
# Swahili for 018 is all but that of South Africa.
OWN_NAMES = """
code|pt|sw
018||Kusini mwa Afrika
419|América Latina e Caraíbas|Amerika ya Kilatini na Karibiani
053|Austrália e Nova Zelândia|Australia na Nyuzilandi
057|Micronésia|Mikronesia
"""

# The nearest sets of M49 areas: Western Asia has the Caucasus and Cyprus but
# neither Egypt nor Iran; Asia-Pacific is Asia without Western Asia, and Oceania.
SETS = """
slug|areas|ar|en|es|fr|pt|ru|sw|zh-hans
middle-east|145|الشرق الأوسط|Middle East|Oriente Medio|Moyen-Orient|Médio Oriente|Ближний Восток|Mashariki ya Kati|中东
asia-pacific|030 034 035 143 009|آسيا والمحيط الهادئ|Asia-Pacific|Asia y el Pacífico|Asie-Pacifique|Ásia-Pacífico|Азиатско-Тихоокеанский регион|Asia na Pasifiki|亚太地区
"""

# Groupings, tests and codes that ISO 3166-1 reserves without assigning them.
# XK stays: it is not assigned either, but documents name Kosovo.
NO_COUNTRY = "AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ"

# Names that stand in lists of member states as the state is called at the UN.
# Empty = CLDR's. CLDR tells the two Congos apart by their capitals, adds a
# second name for Myanmar, abbreviates in Russian, translates "Côte d'Ivoire",
# and names a territory where a state sits (PS; VA is a member as Holy See).
COUNTRY_NAMES = """
code|ar|en|es|fr|pt|ru|sw|zh-hans
AE||||||Объединенные Арабские Эмираты||
BY||||Bélarus|||
CD|جمهورية الكونغو الديمقراطية|Democratic Republic of the Congo||République démocratique du Congo|República Democrática do Congo|Демократическая Республика Конго||刚果民主共和国
CG|الكونغو|Congo|Congo|Congo|Congo|Конго|Kongo|刚果
CI|كوت ديفوار||||Côte d’Ivoire||Côte d’Ivoire|
CV|كابو فيردي|Cabo Verde||Cabo Verde|||Cabo Verde|
GB||||||Соединенное Королевство||
KG||||Kirghizistan||Кыргызстан||
KN||||Saint-Kitts-et-Nevis|||
MM|ميانمار|Myanmar|Myanmar|Myanmar|Mianmar|Мьянма|Myanmar|缅甸
PS|دولة فلسطين|State of Palestine|Estado de Palestina|État de Palestine|Estado da Palestina|Государство Палестина|Palestina|巴勒斯坦国
SC||||||Сейшельские Острова||
TL|تيمور-ليشتي|||Timor-Leste||Тимор-Лешти||
VA|الكرسي الرسولي|Holy See|Santa Sede|Saint-Siège|Santa Sé|Святой Престол||教廷
VC||Saint Vincent and the Grenadines||||||
"""


def read_table(text: str) -> Iterator[dict[str, str]]:
    """Yield a dict for each line of ``text``, keyed by its first line's words.

    Raises:
        ValueError: if a line has more cells than the first; missing last cells
            are empty.
    """
    lines = text.strip().splitlines()
    header = lines[0].split("|")
    for line in lines[1:]:
        cells = line.split("|")
        if len(cells) > len(header):
            raise ValueError(
                f"'{line}' has {len(cells)} cells; its table has {len(header)}."
            )
        cells += [""] * (len(header) - len(cells))
        yield dict(zip(header, cells, strict=True))


def build_slug(name: str) -> str:
    """Return the address part for an English, unaccented ``name``."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def load_cldr() -> dict[str, Mapping[str, str]]:
    """Return ``{language: {territory code: name}}``."""
    return {lang: Locale.parse(cldr).territories for lang, cldr in LOCALES.items()}


def build_regions(cldr: Mapping[str, Mapping[str, str]]) -> list[dict[str, object]]:
    """Return the M49 areas, each after the one it is part of, then the sets."""
    own = {row["code"]: row for row in read_table(OWN_NAMES)}
    regions: list[dict[str, object]] = []
    for row in read_table(M49):
        code = row["code"]
        names, source = {}, {}
        for lang in LOCALES:
            standard = cldr[lang][code]
            mine = own.get(code, {}).get(lang)
            un = row.get(lang)
            names[lang] = mine or un or standard
            if mine:
                source[lang] = "project"
            else:
                source[lang] = "cldr" if names[lang] == standard else "un"
        regions.append(
            {
                "code": code,
                "slug": build_slug(row["en"]),
                "parent": row["parent"] or None,
                "names": names,
                "source": source,
            }
        )
    return regions + build_sets()


def build_sets() -> list[dict[str, object]]:
    """Return the regions that M49 lacks, as sets of M49 areas."""
    return [
        {
            "code": None,
            "slug": row["slug"],
            "parent": "001",
            "areas": row["areas"].split(),
            "names": {lang: row[lang] for lang in LOCALES},
            "source": dict.fromkeys(LOCALES, "project"),
        }
        for row in read_table(SETS)
    ]


def build_countries(
    cldr: Mapping[str, Mapping[str, str]],
) -> dict[str, dict[str, str]]:
    """Return ``{alpha-2 code: {language: name}}``, sorted by code."""
    own = {row["code"]: row for row in read_table(COUNTRY_NAMES)}
    codes = sorted(
        code
        for code in cldr["en"]
        if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRY.split()
    )
    countries = {}
    for code in codes:
        names = {lang: cldr[lang][code] for lang in LOCALES}
        names["en"] = spell_out(names["en"])
        exceptions = own.get(code, {})
        countries[code] = {
            lang: exceptions.get(lang) or name for lang, name in names.items()
        }
    return countries


def spell_out(name: str) -> str:
    """Return an English ``name`` of CLDR without its two abbreviations."""
    return re.sub(r"^St\. ", "Saint ", name.replace(" & ", " and "))


def render_regions(regions: list[dict[str, object]]) -> str:
    """Return the file's text: one line for each part of a region."""
    blocks = []
    for region in regions:
        lines = [
            f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
            for key, value in region.items()
        ]
        blocks.append("{\n" + ",\n".join(lines) + "\n}")
    return "[\n" + ",\n".join(blocks) + "\n]\n"


def render_countries(countries: Mapping[str, Mapping[str, str]]) -> str:
    """Return the file's text: one line a country, so that a diff names it."""
    lines = [
        f"{json.dumps(code)}: {json.dumps(names, ensure_ascii=False)}"
        for code, names in countries.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 on a difference"
    )
    check = parser.parse_args().check
    is_other = get_cldr_version() != CLDR
    if is_other and not check:
        print(  # a script's output
            f"Babel {babel.__version__} has CLDR {get_cldr_version()}; the data are "
            f"of CLDR {CLDR}. Install Babel 2.18, or change CLDR in this file and "
            "review every name that changes.",
            file=sys.stderr,
        )
        return 1
    cldr = load_cldr()
    wanted = {
        REGIONS: render_regions(build_regions(cldr)),
        COUNTRIES: render_countries(build_countries(cldr)),
    }
    if not check:
        return write_files(wanted)
    return check_files(wanted, read_own if is_other else str)


def read_own(text: str) -> Any:
    """Return what a file's text says that is not CLDR's."""
    data = json.loads(text)
    if isinstance(data, dict):
        own = {row["code"]: row for row in read_table(COUNTRY_NAMES)}
        return {
            code: {lang: name for lang, name in names.items() if own[code].get(lang)}
            for code, names in data.items()
            if code in own
        }
    return [
        {
            **{key: value for key, value in region.items() if key != "source"},
            "names": {
                language: name
                for language, name in region["names"].items()
                if region["source"][language] == "project"
            },
        }
        for region in data
    ]


def check_files(wanted: Mapping[Path, str], read: Callable[[str], Any] = str) -> int:
    """Return 1 and name the files that ``read`` finds other than wanted, else 0."""
    differ = [
        path
        for path, text in wanted.items()
        if not path.exists() or read(path.read_text(encoding="utf-8")) != read(text)
    ]
    for path in differ:
        print(  # a script's output
            f"{path} differs from CLDR and the tables in this script. Run "
            "scripts/build_regions.py and commit the result.",
            file=sys.stderr,
        )
    return 1 if differ else 0


def write_files(wanted: Mapping[Path, str]) -> int:
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
