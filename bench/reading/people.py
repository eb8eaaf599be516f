"""Invented people, orders and numbers of the evaluation: its own, shared with no other generator."""

import datetime as dt
import random
from dataclasses import dataclass, field

from terms.codes import CIN_LETTERS, luhn_ok
from terms.names import FieldKind, RequestType
from terms.normal import normalise

_FIRST = (
    "Quillon",
    "Merrit",
    "Tamsin",
    "Jovana",
    "Ebele",
    "Rohan",
    "Sunita",
    "Kaito",
    "Mirela",
    "Osric",
    "Paloma",
    "Dashiell",
    "Wren",
    "Ysolde",
    "Ambrose",
    "Celestine",
    "Fenwick",
    "Halima",
    "Ione",
    "Lucian",
    "Noor",
    "Ottoline",
    "Perpetua",
    "Rafferty",
    "Sabela",
    "Thaddeus",
    "Ulla",
    "Viggo",
    "Winona",
    "Zaid",
    "Beatrix",
    "Cosmo",
    "Delfina",
    "Emeric",
    "Ginevra",
    "Leopold",
    "Ariadne",
    "Bartholomew",
    "Clementina",
    "Evander",
)
_LAST = (
    "Abernacle",
    "Brightwell",
    "Castellane",
    "Dunmarrow",
    "Eskildsen",
    "Farraday",
    "Gilderoy",
    "Hollingbourne",
    "Inchbald",
    "Jessamy",
    "Kestleton",
    "Lindqvaard",
    "Marchetti-Vane",
    "Nightsoil",
    "Okonjo-Bell",
    "Pemberwick",
    "Quayle",
    "Rossiter",
    "Silverthorne",
    "Tregarthen",
    "Underhill",
    "Vasquinho",
    "Wetherby",
    "Yarborough",
    "Zabriskie",
    "Applegarth",
    "Bellweather",
    "Crowhurst",
    "Dovecote",
    "Elphinstone",
    "Fairbrother",
    "Goldsworthy",
    "Heatherley",
    "Ilverson",
    "Jolliffe",
    "Kirkbride",
    "Loxley",
    "Mossgrove",
    "Norwood",
    "O'Halloran",
)
_STREETS = (
    "Tamarack",
    "Belvedere",
    "Cormorant",
    "Driftwood",
    "Estuary",
    "Foxglove",
    "Gannet",
    "Heron",
    "Ironbark",
    "Jacaranda",
)
_WAYS = ("Street", "Ave", "Blvd", "Lane", "Ct", "Way", "Drive")
_TOWNS = (
    ("Oakland", "946"),
    ("Hayward", "945"),
    ("Fremont", "945"),
    ("Alameda", "945"),
    ("San Leandro", "945"),
    ("Berkeley", "947"),
)
_CLINICS = (
    "Harborlight Family Practice",
    "Tidewater Pulmonary Group",
    "Cypress Knoll Medical",
    "Larkspur Rehabilitation Center",
    "Stonebridge Primary Care",
    "Bluefin Pediatrics",
    "Quartz Hill Internal Medicine",
    "Saltmarsh Community Clinic",
)
_CREDENTIALS = ("MD", "DO", "NP", "PA-C", "MD", "MD")

ITEMS: tuple[tuple[str, str], ...] = (
    ("E1390", "Oxygen concentrator"),
    ("E0431", "Portable gaseous oxygen, rental"),
    ("E0601", "CPAP device"),
    ("E0470", "Bi-level device, no backup"),
    ("A7034", "Nasal interface"),
    ("A7037", "Tubing for positive airway device"),
    ("E0562", "Heated humidifier"),
    ("E0570", "Nebulizer with compressor"),
    ("K0001", "Standard wheelchair"),
    ("K0003", "Lightweight wheelchair"),
    ("K0823", "Power wheelchair, group 2"),
    ("E0143", "Folding wheeled walker"),
    ("E0105", "Quad cane"),
    ("E0163", "Commode chair, fixed arms"),
    ("E0260", "Semi-electric hospital bed"),
    ("E0277", "Powered pressure-reducing mattress"),
    ("E0630", "Patient lift"),
    ("E0240", "Bath chair"),
    ("E0603", "Electric breast pump"),
    ("T4521", "Adult brief, small"),
    ("T4522", "Adult brief, medium"),
    ("B4034", "Enteral feeding supply kit"),
    ("B9002", "Enteral pump"),
    ("E0910", "Trapeze bar"),
    ("L1960", "Ankle foot orthosis"),
    ("L3000", "Foot insert, molded"),
    ("E2601", "Wheelchair seat cushion"),
    ("E0978", "Positioning belt"),
    ("97110", "Therapeutic exercises"),
    ("95811", "Polysomnography with CPAP"),
    ("70551", "MRI brain without contrast"),
    ("E0445", "Oximeter"),
    ("E0600", "Suction pump, home model"),
    ("A4253", "Blood glucose strips"),
    ("E0784", "Insulin pump"),
)
DIAGNOSES = (
    "J44.9",
    "J96.11",
    "G47.33",
    "M17.11",
    "I50.22",
    "E11.42",
    "G35",
    "G80.1",
    "I69.351",
    "N39.46",
    "R26.89",
    "L89.153",
    "M62.81",
    "G12.21",
    "Z99.81",
    "C34.90",
    "J45.50",
    "Q05.7",
    "S72.141D",
    "R13.12",
    "E66.01",
    "I63.9",
    "M54.16",
    "O92.70",
    "Z74.09",
)
MODIFIERS = ("RR", "NU", "KX", "RT", "LT", "UE", "KH")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as printed on the page and in normal form."""

    printed: str
    value: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """One ordered service."""

    code: Value
    description: str
    quantity: Value
    modifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What one page asks for: values by canonical name (left out: blank on the page), lines, diagnoses, type."""

    fields: dict[str, Value]
    lines: tuple[Ordered, ...]
    diagnoses: tuple[Value, ...]
    type: RequestType
    clinic: str
    blank: frozenset[str] = field(default_factory=frozenset)

    def printed(self, name: str) -> str:
        """What stands on the page for ``name``; empty where it was left blank."""
        return "" if name in self.blank or name not in self.fields else self.fields[name].printed


_BLANKABLE = (
    "member.date_of_birth",
    "member.id",
    "member.phone",
    "member.address",
    "ordering_provider.npi",
    "ordering_provider.phone",
    "ordering_provider.fax",
)


def draw_case(rng: random.Random) -> Case:
    """Invent one request; in one case of four one or two fields are left blank."""
    upper = rng.random() < 0.4
    fields = {
        "member.last_name": _text(rng.choice(_LAST), upper=upper),
        "member.first_name": _text(rng.choice(_FIRST), upper=upper),
        "member.date_of_birth": _date(rng, dt.date(1931, 1, 1), dt.date(2023, 12, 31)),
        "member.id": _same("9" + _digits(rng, 7) + rng.choice(CIN_LETTERS)),
        "member.address": _address(rng, upper=upper),
        "member.phone": _phone(rng),
        "ordering_provider.name": _text(
            f"{rng.choice(_FIRST)} {rng.choice(_LAST)}, {rng.choice(_CREDENTIALS)}", upper=upper
        ),
        "ordering_provider.npi": _same(_npi(rng)),
        "ordering_provider.address": _address(rng, upper=upper),
        "ordering_provider.phone": _phone(rng),
        "ordering_provider.fax": _phone(rng),
        "request.date": _date(rng, dt.date(2026, 1, 2), dt.date(2026, 6, 30)),
    }
    items = rng.sample(ITEMS, rng.choice((1, 1, 2, 2, 3, 4)))
    lines = tuple(
        Ordered(
            _same(code),
            name,
            _same(str(rng.choice((1, 1, 1, 2, 3, 6, 12, 30, 90)))),
            tuple(rng.sample(MODIFIERS, rng.choice((0, 1, 1, 2)))),
        )
        for code, name in items
    )
    diagnoses = tuple(_same(code) for code in rng.sample(DIAGNOSES, rng.choice((1, 1, 2, 3))))
    blank = frozenset(rng.sample(_BLANKABLE, rng.choice((1, 2)))) if rng.random() < 0.25 else frozenset[str]()
    kind = rng.choices(tuple(RequestType), (8, 5, 2, 1, 1, 1, 0))[0]
    return Case(fields, lines, diagnoses, kind, rng.choice(_CLINICS), blank)


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _npi(rng: random.Random) -> str:
    while True:
        text = rng.choice("12") + _digits(rng, 9)
        if luhn_ok("80840" + text):
            return text


def _same(text: str) -> Value:
    return Value(text, text)


def _text(text: str, *, upper: bool) -> Value:
    printed = text.upper() if upper else text
    return _same(printed)


def _date(rng: random.Random, first: dt.date, last: dt.date) -> Value:
    day = first + dt.timedelta(days=rng.randrange((last - first).days))
    form = rng.choice(("%m/%d/%Y", "%m/%d/%Y", "%m-%d-%Y", "%-m/%-d/%Y", "%B %-d, %Y", "%m.%d.%Y"))
    return Value(day.strftime(form), day.isoformat())


def _phone(rng: random.Random) -> Value:
    area, line = rng.choice(("510", "925", "415", "341", "408")), f"01{_digits(rng, 2)}"
    form = rng.choice(("({0}) 555-{1}", "{0}-555-{1}", "{0}.555.{1}", "1-{0}-555-{1}", "{0} 555 {1}"))
    printed = form.format(area, line)
    value = normalise(FieldKind.PHONE, printed)
    assert value is not None
    return Value(printed, value)


def _address(rng: random.Random, *, upper: bool) -> Value:
    town, start = rng.choice(_TOWNS)
    unit = rng.choice(("", "", "", f" Apt {rng.randint(1, 40)}", f" #{rng.randint(100, 999)}"))
    text = (
        f"{rng.randint(10, 9899)} {rng.choice(_STREETS)} {rng.choice(_WAYS)}{unit}, {town}, CA {start}{_digits(rng, 2)}"
    )
    return _text(text, upper=upper)
