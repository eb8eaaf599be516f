"""Which role a word names, and which of several words decides."""

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from extract.labels.vocabulary import LONG_ROLE, Vocabulary


def role_of(text: str, words: Vocabulary) -> tuple[str, bool] | None:
    """The role that a folded text names and whether only weakly; a long word may have one letter damaged."""
    if text in words.roles:
        return words.roles[text]
    if len(text) < LONG_ROLE:
        return None
    near = process.extractOne(text, words.long_roles, scorer=Levenshtein.distance, score_cutoff=1)
    return words.roles[near[0]] if near else None


def strongest(roles: list[tuple[str, bool]]) -> tuple[str | None, bool]:
    """Of all roles that a label's words name the one that says whose value it is, None for none."""
    for wanted in ("other", "servicing_provider", "office"):
        if any(role == wanted for role, _ in roles):
            return wanted, False
    strong = [role for role, weak in roles if not weak and role != "request"]
    if strong:
        # "the patient's ordering physician": the word nearest to what is asked for says whose it is
        return strong[0] if "ordering_provider" not in strong else "ordering_provider", False
    if roles:
        role, weak = roles[0]
        return (None, False) if role == "request" else (role, weak)
    return None, False
