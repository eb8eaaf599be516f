"""The trained classifier of page kinds as it is shipped: it loads, scores as recorded, and keeps its place."""

from __future__ import annotations

import json
import random
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import spacy

from classify import pages
from classify.kinds.draw import draw_page, held_out, page_of, wordings
from classify.kinds.network import KINDS, Network
from classify.kinds.opinion import CARD, WEIGHTS, opinion
from classify.kinds.tokens import features
from classify.kinds.train import score
from classify.pages import judge_page
from terms.names import PageKind, TextSource

if TYPE_CHECKING:
    from conftest import Maker

K = PageKind
ROOT = Path(__file__).parents[3]
CARD_DATA = json.loads(CARD.read_text("utf-8"))


def test_the_model_belongs_to_the_locked_spacy_and_is_small() -> None:
    """The network was fitted with the version that is locked and installed, and weighs under 3 MB."""
    locked = re.search(r"^spacy==([\d.]+)", (ROOT / "requirements" / "run.txt").read_text("utf-8"), re.MULTILINE)
    assert locked is not None
    assert CARD_DATA["spacy"] == locked[1] == spacy.__version__
    assert WEIGHTS.stat().st_size < 3_000_000


def test_the_recorded_scores_are_those_of_the_shipped_model() -> None:
    """Measured again on the held-out pages the card's figures come out, and they are good ones."""
    assert score() == CARD_DATA["held_out"]
    for tally in CARD_DATA["held_out"].values():
        assert tally["pages"] == len(held_out())
        assert tally["right"] > tally["rules_right"]
        assert tally["wrong"] <= tally["rules_wrong"]
        assert tally["model_wrong"] <= 1
    assert CARD_DATA["held_out"]["0.00"]["right"] >= 0.9 * len(held_out())


def test_nothing_is_learned_from_the_held_out_pages() -> None:
    """No held-out heading with its text stands in the tables of wordings, and every kind has both."""
    learned = {line.lower() for row in wordings().values() for line in (*row.titles, *row.lines)}
    assert not [body for _, _, body in held_out() if body.lower() in learned]
    assert {kind for kind, _, _ in held_out()} == set(KINDS) - {K.UNKNOWN}
    assert set(wordings()) == set(KINDS)


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        ("", "71 yo here for recheck, pt walks with help, exam stable, recheck in a month", K.CLINICAL_NOTES),
        ("", "To intake from Invented Bay Clinic 4 pages follow, private, if not for you destroy it", K.COVER_SHEET),
        ("Second notice", "Did our request get to you? Nothing came back. Let us know where it is", K.STATUS_INQUIRY),
    ],
)  # fmt: skip
def test_a_page_that_the_rules_leave_unknown_is_named_with_version_and_probability(
    title: str, body: str, kind: K
) -> None:
    """The classifier speaks where the rules are silent, and the reason says who spoke and how surely."""
    page = page_of(random.Random(1), K.UNKNOWN, title, body, noise=0.0)
    assert pages.judge_by_rules(page).kind is not kind
    verdict = judge_page(page)
    assert verdict.kind is kind, verdict
    assert re.fullmatch(rf"{CARD_DATA['version']} reads a [a-z ]+ \(\d+%\)", verdict.because[0])


def test_another_plans_name_outranks_the_look_of_the_form() -> None:
    """The classifier never turns another plan's form into one of ours, whatever its probability."""
    for kind in (K.PA_FORM, K.CHME_ORDER, K.GROUP_FORM):
        assert not pages.may_overrule(K.OTHER_PLAN_FORM, kind)
    assert pages.may_overrule(K.OTHER_PLAN_FORM, K.IDENTITY_CARD)
    assert pages.may_overrule(K.UNKNOWN, K.PA_FORM)


def test_what_neither_rules_nor_classifier_know_stays_unknown(make: Maker) -> None:
    """Words of no known kind are nobody's guess, and the reason tells what was thought of."""
    verdict = judge_page(make.page(1, "the quick brown fox"))
    assert verdict.kind is K.UNKNOWN
    assert verdict.because


def test_the_classifier_alone_sets_nothing_aside_that_names_a_patient_or_a_service(make: Maker) -> None:
    """What looks like an advertisement but carries a member's fields is not called junk on its word."""
    text = "Borrow cash for your practice, no collateral, seats filling, pizza trays for staff"
    bare = make.page(1, text)
    assert opinion(bare).kind is K.JUNK
    assert judge_page(bare).kind is K.JUNK
    assert judge_page(replace(bare, lines=(make.line("E0143"),))).kind is not K.JUNK
    assert judge_page(make.page(1, text, fields={"member.id": "91234567A"})).kind is not K.JUNK


def test_nobody_is_asked_where_the_rules_are_sure_or_a_mail_speaks(
    make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain titles, known forms, blank pages and mails never load the classifier."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(pages, "opinion", refuse)
    assert judge_page(make.page(1, "To From Pages", title="Fax Cover Sheet")).kind is K.COVER_SHEET
    assert judge_page(make.page(1, facts={"blank": "yes"})).kind is K.BLANK
    assert judge_page(replace(make.page(1, "x"), form="chme-order@2024")).kind is K.CHME_ORDER
    assert judge_page(make.page(1, "anything at all", source=TextSource.MAIL_TEXT)).kind is K.MAIL_BODY


def test_features_are_buckets_that_misread_letters_hardly_change(make: Maker) -> None:
    """No word of a page reaches the network's store of strings, and confused letters fall together."""
    clean = features(make.page(1, "Sincerely yours, Ada Mockingham"))
    assert all(re.fullmatch(r"f\d{1,5}", name) for name in clean)
    assert features(make.page(1, "S1nccre1y yours, Ada Mockingharn")) == clean
    assert features(make.page(1, "Regards, Ada Mockingham")) != clean


def test_the_same_seed_draws_the_same_pages_and_fits_the_same_network() -> None:
    """A network can be made again, bit for bit, from its seed."""
    pages_of, kinds = [], []
    for turn in range(2):
        rng = random.Random(3)
        drawn = [(kind, draw_page(rng, kind)) for kind in KINDS for _ in range(4)]
        pages_of.append([features(page) for _, page in drawn])
        kinds = [kind for kind, _ in drawn]
        assert pages_of[turn] == pages_of[0]
    fitted = []
    for drawn_pages in pages_of:
        network = Network()
        network.fit(drawn_pages, kinds, seed=3, rounds=2)
        fitted.append(network.to_bytes())
    assert fitted[0] == fitted[1]


def test_threads_get_the_same_answer() -> None:
    """Steps of a worker run in threads: each gets what a single one gets."""
    drawn = [draw_page(random.Random(seed), kind) for seed, kind in enumerate(KINDS)]
    alone = [opinion(page) for page in drawn]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(opinion, drawn * 4)) == alone * 4
