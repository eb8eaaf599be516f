"""The sending part of ``inlet doctor``: the words of notices are whole, the ways out answer, no hand-over leads back.

Sends nothing. The hand-overs are those of the records once there are any.
"""

import os

from desk.config import Settings
from desk.doctor import Check, Health
from outbound.errors import FontsMissingError, OutboundError, TransportError
from outbound.handover import faults
from outbound.lines.results import WORDS, load_gateway_words
from outbound.render import fonts_for_letters
from outbound.texts import load_texts


def check_sending(settings: Settings) -> tuple[Check, ...]:
    """Look at words, fonts, the way that faxes leave by, and the hand-over of each processor."""
    return (check_words(settings), check_letters(), check_way(settings), check_hand_overs(settings))


def check_words(settings: Settings) -> Check:
    """Every text of every notice can be used, and so can the words that a fax gateway is understood by."""
    try:
        count = len(list(load_texts(settings.sending.texts_dir)))
        load_gateway_words(settings.sending.gateway_words or WORDS)
    except OutboundError as error:
        return Check("Notices", Health.FAULT, str(error), "Mend the file named; nothing is done by it before.")
    return Check("Notices", Health.OK, f"{count} texts")


def check_letters() -> Check:
    """The fonts of letters in every language are installed."""
    try:
        return Check("Letters", Health.OK, ", ".join(fonts_for_letters()))
    except FontsMissingError as error:
        found, _, remedy = str(error).partition("; ")
        return Check("Letters", Health.WARNING, found, remedy.capitalize())


def check_way(settings: Settings) -> Check:
    """The way that faxes leave by answers."""
    _set_up()
    from desk.pipeline.transports import fax_transport

    name = f"Faxes by {settings.sending.fax_way.value}"
    try:
        lines = fax_transport().probe()
    except TransportError as error:
        found, _, remedy = str(error).partition("; ")
        return Check(name, Health.FAULT, found, remedy.capitalize())
    words = ", ".join(f"{line.name}: {line.state}" for line in lines)
    return Check(name, Health.OK, words or "answers; it has no lines of its own")


def check_hand_overs(settings: Settings) -> Check:
    """No processor's hand-over is wrong, or leads to what Inlet itself watches."""
    _set_up()
    from classify.reference import load_reference
    from desk.cases.hand_over import own_places

    found = faults(load_reference(settings.reference_dir).processors.offices(), own_places(settings))
    if found:
        return Check("Hand-over", Health.FAULT, " ".join(found), "Correct the rows of the processors table.")
    return Check("Hand-over", Health.OK, "every processor can be reached")


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.django_settings")
    import django

    django.setup()
