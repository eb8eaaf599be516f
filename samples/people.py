"""Invented people: members, providers and clinics, the same for the same seed.

Nobody here exists. Surnames, streets and clinics are made to look made up; telephone numbers are
555 numbers; NPIs pass the check digit and CINs have the right shape, because what reads them must
accept them, but they were drawn by a random generator.
"""

import datetime as dt
import random
from dataclasses import dataclass

from terms.codes import CIN_LETTERS, luhn_ok

_SURNAMES = (
    "Testworth", "Mockingham", "Samplesen", "Fauxberg", "Dummett-Faux", "O'Mockery", "D'Exemple", "Van Example",
    "De la Prueba", "Nguyen-Tester", "Fictor", "Placeholm", "Pretendergast", "Imaginez", "Madeup-Okafor", "Mustermann",
    "Specimensky", "Notreale", "Inventado", "Figmentov", "Mockeridge", "Testa-Sample", "Okonfaux", "Shamwell",
    "Ersatzky", "Nonesuch", "Fabrikant", "Li-Specimen", "Tran-Sample", "Garcia-Testa", "Wong-Mockson", "McSample",
    "Fauxhall", "St. Example", "Dummisch", "Muestra", "Núñez-Muestra", "Prüfling", "Testerman", "Beispielova",
    "Voorbeeld", "Halimbawa", "Vidaurre-Faux", "Al-Namudhaj", "Exemplar", "Quasimoto", "Zznonym", "Yxample",
    "Blankenform", "Tobedrawn", "Kunstmann", "Jinxample",
)  # fmt: skip
_FIRST_NAMES = (
    "Amina", "Bao", "Carlos", "Delphine", "Emeka", "Farida", "Giang", "Hortensia", "Ignatius", "Jun-Ho", "Keisha",
    "Lourdes", "Mary Ann", "Nkechi", "Octavio", "Priya", "Quincy", "Rosalind", "Siobhan", "Thanh", "Ulysses", "Vikram",
    "Wanda", "Xiomara", "Yusuf", "Zelda", "Abdul-Karim", "Beatrix", "Cornelius", "Dolores", "Esperanza", "Fitzgerald",
    "Guadalupe", "Hyacinth", "Ines", "Jamal", "Konstantin", "Lakshmi", "Marisol", "Ngoc", "Ofelia", "Percival",
    "Rhiannon", "Sunita", "Tuan", "Ursula", "Violeta", "Winnie", "Zachariah", "René",
)  # fmt: skip
_STREETS = (
    "Specimen Way", "Placeholder St", "Invented Ave", "Nowhere Blvd", "Mockup Ln", "Facsimile Dr", "Dummy Ct",
    "Example Ter", "Madeup Pl", "Fiction Rd", "W. Pretend St", "Imaginary Pkwy", "Sample Cir", "Unreal Ave",
)  # fmt: skip
_CITIES = (
    ("Oakland", "94601"), ("Oakland", "94612"), ("Oakland", "94621"), ("Hayward", "94541"), ("Hayward", "94544"),
    ("Fremont", "94536"), ("Fremont", "94538"), ("San Leandro", "94577"), ("Berkeley", "94704"), ("Alameda", "94501"),
    ("Union City", "94587"), ("Livermore", "94550"), ("Castro Valley", "94546"), ("Newark", "94560"),
    ("San Lorenzo", "94580"), ("Emeryville", "94608"),
)  # fmt: skip
_CLINICS = (
    "Imaginary Bay Family Medicine", "Specimen Hills Medical Group", "Mockingbird Community Clinic",
    "Placeholder Pulmonary Associates", "Fauxmont Orthopaedics", "Unreal Valley Pediatrics", "Exemplar Women's Health",
    "Nowhere Neurology & Rehab", "Sample Street Health Center", "Invented Lake Internal Medicine",
)  # fmt: skip
_CREDENTIALS = ("MD", "DO", "NP", "PA-C", "M.D.", "FNP-BC", "DPM", "CNM")
_AREA_CODES = ("510", "510", "510", "341", "925", "415", "650", "408")
_UNITS = ("", "", "", "Apt 4B", "Apt 12", "Unit 7", "#203", "Spc 31")
_NPI_PREFIX = "80840"
LINES_OF_BUSINESS = ("MEDI_CAL", "GROUP_CARE", "D_SNP")
MEDICAL_GROUPS = ("DIRECT", "CFMG", "CHCN", "KAISER")


@dataclass(frozen=True, slots=True)
class Address:
    """A street, city, state and ZIP code."""

    street: str
    city: str
    state: str
    zip_code: str

    @property
    def line(self) -> str:
        """The normal form: ``street, city, ST ZIP``."""
        return f"{self.street}, {self.city}, {self.state} {self.zip_code}"


@dataclass(frozen=True, slots=True)
class Member:
    """An invented member of the plan."""

    last_name: str
    first_name: str
    date_of_birth: dt.date
    cin: str
    address: Address
    phone: str
    line_of_business: str = "MEDI_CAL"
    medical_group: str = "DIRECT"


@dataclass(frozen=True, slots=True)
class Provider:
    """An invented clinician at an invented clinic. Phones are ten digits."""

    first_name: str
    last_name: str
    credentials: str
    npi: str
    clinic: str
    address: Address
    phone: str
    fax: str
    tax_id: str
    extension: str = ""

    @property
    def name(self) -> str:
        """The normal form: ``First Last, Credentials``."""
        return f"{self.first_name} {self.last_name}, {self.credentials}"


def chance(rng: random.Random, share: float) -> bool:
    """Say yes in ``share`` (0 to 1) of all cases."""
    return rng.random() < share


def npi(rng: random.Random) -> str:
    """Draw ten digits that pass the NPI check."""
    stem = rng.choice("12") + "".join(rng.choice("0123456789") for _ in range(8))
    return next(stem + d for d in "0123456789" if luhn_ok(_NPI_PREFIX + stem + d))


def broken_npi(good: str, rng: random.Random) -> str:
    """Change one digit of a valid NPI, so that its check digit fails (a typing slip)."""
    place = rng.randrange(3, 10)
    return good[:place] + str((int(good[place]) + rng.randrange(1, 10)) % 10) + good[place + 1 :]


def cin(rng: random.Random) -> str:
    """Draw a Medi-Cal number: 9, seven digits and an allowed letter."""
    return "9" + "".join(rng.choice("0123456789") for _ in range(7)) + rng.choice(CIN_LETTERS)


def phone(rng: random.Random) -> str:
    """Draw ten digits of a 555 number."""
    return f"{rng.choice(_AREA_CODES)}555{rng.randrange(10000):04d}"


def address(rng: random.Random) -> Address:
    """Draw an address that is nowhere."""
    city, zip_code = rng.choice(_CITIES)
    unit = rng.choice(_UNITS)
    street = f"{rng.randrange(10, 9900)} {rng.choice(_STREETS)}{f' {unit}' if unit else ''}"
    return Address(street, city, "CA", zip_code)


def member(rng: random.Random, *, latest_birth: dt.date = dt.date(2024, 12, 31)) -> Member:
    """Draw a member, from infants to the very old."""
    days = (latest_birth - dt.date(1931, 1, 1)).days
    return Member(
        last_name=rng.choice(_SURNAMES),
        first_name=rng.choice(_FIRST_NAMES),
        date_of_birth=dt.date(1931, 1, 1) + dt.timedelta(days=rng.randrange(days)),
        cin=cin(rng),
        address=address(rng),
        phone=phone(rng),
        line_of_business=rng.choices(LINES_OF_BUSINESS, (8, 1, 1))[0],
        medical_group=rng.choices(MEDICAL_GROUPS, (5, 2, 3, 1))[0],
    )


def provider(rng: random.Random) -> Provider:
    """Draw a clinician with a clinic."""
    city, zip_code = rng.choice(_CITIES)
    suite = rng.choice(("", "", " Suite 300", " Ste 120", ", Floor 2"))
    return Provider(
        first_name=rng.choice(_FIRST_NAMES),
        last_name=rng.choice(_SURNAMES),
        credentials=rng.choice(_CREDENTIALS),
        npi=npi(rng),
        clinic=rng.choice(_CLINICS),
        address=Address(f"{rng.randrange(100, 9900)} {rng.choice(_STREETS)}{suite}", city, "CA", zip_code),
        phone=phone(rng),
        fax=phone(rng),
        tax_id=f"{rng.randrange(10, 99)}-{rng.randrange(10**6, 10**7)}",
        extension=str(rng.randrange(2, 400)) if chance(rng, 0.1) else "",
    )
