"""Say whether every installed package carries a licence the project may depend on.

Permissive licences, MPL and LGPL (used as libraries) pass; anything else fails with its name.
Exit status 0 when all pass, 1 otherwise.
"""

import re
import sys
from importlib import metadata

ALLOWED = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL|Lesser General Public|HPND|Unlicense|"
    r"CC0|Zlib|0BSD|CNRI-Python|The Unlicense|Public Domain|BSL-1\.0|MIT-CMU|Zope)\b",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(r"\b(AGPL|Affero|(?<!L)GPL(?:v[23])?|GNU General Public)\b", re.IGNORECASE)
KNOWN = {
    # metadata says nothing usable; the licence file of the package says:
    "flatbuffers": "Apache-2.0",
    "imapclient": "BSD-3-Clause",
    "atheris": "Apache-2.0",
}


def licence_of(package: metadata.Distribution) -> str:
    """The licence as the package states it: expression, classifiers, then the free-text field."""
    name = package.metadata["Name"].lower()
    if name in KNOWN:
        return KNOWN[name]
    if expression := package.metadata.get("License-Expression"):
        return expression
    classifiers = [c.rpartition(" :: ")[2] for c in package.metadata.get_all("Classifier") or [] if "License ::" in c]
    if classifiers:
        return "; ".join(classifiers)
    return next(iter((package.metadata.get("License") or "").splitlines()), "unknown")


def acceptable(licence: str) -> bool:
    """Judge one stated licence; of several joined by OR, one acceptable is enough."""
    return any(ALLOWED.search(part) and not FORBIDDEN.search(part) for part in re.split(r"\bOR\b|;", licence))


def main() -> int:
    """Check every distribution of this environment but the project itself."""
    bad = [
        f"{package.metadata['Name']}: {licence_of(package)}"
        for package in metadata.distributions()
        if package.metadata["Name"] != "inlet" and not acceptable(licence_of(package))
    ]
    for line in sorted(bad):
        sys.stdout.write(f"licence not allowed: {line}\n")
    if not bad:
        sys.stdout.write("licences: all allowed\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
