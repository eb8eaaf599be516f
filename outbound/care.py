"""A care decision as a named person made it: the only thing that decision notices are made from.

Inlet never decides care. A person with a name, a title and a direct phone does, and this value can
only be built when it says everything that the notice of its kind must carry (docs/domain.md,
section 4).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from outbound.errors import CareDecisionError
from outbound.notices import Language, NoticeKind
from terms.contact import Phone


class CareKind(StrEnum):
    """What was decided."""

    APPROVE = "approve"
    MODIFY = "modify"
    DEFER = "defer"
    DENY = "deny"
    RETRO_DENY = "retro_deny"


NOTICE_OF: Mapping[CareKind, NoticeKind] = {
    CareKind.APPROVE: NoticeKind.APPROVAL,
    CareKind.MODIFY: NoticeKind.MODIFICATION,
    CareKind.DEFER: NoticeKind.DEFERRAL,
    CareKind.DENY: NoticeKind.DENIAL,
    CareKind.RETRO_DENY: NoticeKind.RETRO_DENIAL,
}
"""The notice that tells the provider."""

LETTER_OF: Mapping[CareKind, NoticeKind] = {
    CareKind.MODIFY: NoticeKind.LETTER_MODIFICATION,
    CareKind.DEFER: NoticeKind.LETTER_DEFERRAL,
    CareKind.DENY: NoticeKind.LETTER_DENIAL,
}
"""The letter that tells the member, where one is owed."""

_NEEDED: Mapping[CareKind, tuple[str, ...]] = {
    CareKind.APPROVE: ("authorization_number",),
    CareKind.MODIFY: ("reasons", "criteria", "authorization_number"),
    CareKind.DEFER: ("reasons", "awaited", "expected_on", "harmless"),
    CareKind.DENY: ("reasons", "criteria", "unmet"),
    CareKind.RETRO_DENY: ("reasons", "criteria"),
}
_GRANTING = frozenset({CareKind.APPROVE, CareKind.MODIFY})


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """One service: what was requested and what is granted; ``starts`` and ``ends`` limit it (empty: no limit)."""

    code: str
    description: str
    requested: str = ""
    granted: str = ""
    starts: dt.date | None = None
    ends: dt.date | None = None


@dataclass(frozen=True, slots=True)
class CareDecision:
    """A decision and who made it. ``member_reasons`` are the reasons in plain words, by the member's language.

    ``decided_by`` is name and title as they sign; ``phone`` their direct line. ``criteria`` cites
    and explains the criterion or provision and says how to get a copy; ``unmet`` names the part of
    it that is not met; ``awaited`` is the information or expert that a deferral waits for;
    ``harmless`` is the clinician's word that waiting does the member no harm.

    Raises :class:`outbound.errors.CareDecisionError` naming every part that its kind still needs.
    """

    kind: CareKind
    decided_by: str
    phone: str
    decided_at: dt.datetime
    lines: tuple[DecidedLine, ...]
    authorization_number: str = ""
    reasons: str = ""
    criteria: str = ""
    unmet: str = ""
    awaited: str = ""
    expected_on: dt.date | None = None
    vendor: str = ""
    harmless: bool = False
    member_reasons: Mapping[Language, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a decision that its notice could not be made from."""
        missing = [name for name in ("decided_by", *_NEEDED[self.kind]) if not str(getattr(self, name) or "").strip()]
        if not Phone.parse(self.phone):
            missing.append("phone")
        if self.decided_at.tzinfo is None:
            missing.append("decided_at")
        if not self.lines:
            missing.append("lines")
        if self.kind in _GRANTING and not all(line.granted or line.ends for line in self.lines):
            missing.append("quantity or end date of each line")
        if missing:
            what = ", ".join(name.replace("_", " ") for name in missing)
            raise CareDecisionError(f"A decision to {self.kind.value.replace('_', ' ')} still needs: {what}.")

    def to_record(self) -> dict[str, object]:
        """Give the storable form."""
        return {
            "kind": self.kind.value,
            "decided_by": self.decided_by,
            "phone": self.phone,
            "decided_at": self.decided_at.isoformat(),
            "lines": [
                {
                    "code": line.code,
                    "description": line.description,
                    "requested": line.requested,
                    "granted": line.granted,
                    "starts": line.starts.isoformat() if line.starts else None,
                    "ends": line.ends.isoformat() if line.ends else None,
                }
                for line in self.lines
            ],
            "authorization_number": self.authorization_number,
            "reasons": self.reasons,
            "criteria": self.criteria,
            "unmet": self.unmet,
            "awaited": self.awaited,
            "expected_on": self.expected_on.isoformat() if self.expected_on else None,
            "vendor": self.vendor,
            "harmless": self.harmless,
            "member_reasons": {language.value: text for language, text in self.member_reasons.items()},
        }

    @classmethod
    def from_record(cls, data: Mapping[str, object]) -> "CareDecision":
        """Rebuild a decision from :meth:`to_record`'s form."""
        lines, reasons = data["lines"], data["member_reasons"]
        assert isinstance(lines, list)
        assert isinstance(reasons, dict)
        texts = ("decided_by", "phone", "authorization_number", "reasons", "criteria", "unmet", "awaited", "vendor")
        expected = data["expected_on"]
        return cls(
            kind=CareKind(str(data["kind"])),
            decided_at=dt.datetime.fromisoformat(str(data["decided_at"])),
            lines=tuple(
                DecidedLine(
                    **{name: str(line[name]) for name in ("code", "description", "requested", "granted")},
                    starts=dt.date.fromisoformat(line["starts"]) if line["starts"] else None,
                    ends=dt.date.fromisoformat(line["ends"]) if line["ends"] else None,
                )
                for line in lines
            ),
            harmless=bool(data["harmless"]),
            expected_on=dt.date.fromisoformat(str(expected)) if expected else None,
            member_reasons={Language(language): str(text) for language, text in reasons.items()},
            **{name: str(data[name]) for name in texts},
        )
