"""What is kept of one person: found by every name, given out whole, erased down to the bytes, and what the receipt says."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.journal import Journal
from assistant.quiz import terminal
from assistant.quiz.record import Record
from assistant.review.keep import Reviews
from knowledge.errors import InvalidInput, NotFound
from knowledge.settings import Settings
from knowledge.store import Store
from tests.fakes import NOW, everything
from web.accounts import Accounts
from web.audit import OPERATOR, Audit
from web.keys import Keys
from web.person import Subject, backups, copy, digest, erase, find, written
from web.sessions import Sessions
from web.widget.budget import DAY, Budget, Budgets
from web.widget.handoff import Handoffs, Letter
from web.widget.visit import Visits
from web.work import Works

Figure = Callable[[str, object], None]
PASSWORD = "correct horse battery"
EMAIL = "zoe.quokka@example.org"
HOUR = dt.timedelta(hours=1)
HELD = {
    "account": "zoe.quokka@example.org",
    "work": "Xylomarimba agreement",
    "work content": "Wexelford clause",
    "review name": "quillbrandt.txt",
    "review text": "Thwackenbury",
    "review memo": "Memo Grodzniak",
    "review file": "Vontrapples pays",
    "letter name": "Zoé Quokkanson",
    "letter phone": "01 99 88 77 66",
    "letter text": "Jhendrasil owes me",
    "question": "What of Mxylophane?",
    "answer": "Of Pfefferzwang nothing.",
    "judgement": "Ulmquistador",
    "issuer": "https://login.zyxomorph.example",
    "key": "Crebillonniere intranet",
    "learner": "item-of-brambleworth",
}
"""What is seeded of one person, by where it stands."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "data")


@pytest.fixture
def token(store: Store, settings: Settings) -> str:
    """Zoé everywhere, and somebody else beside her; the token of her learner."""
    accounts, works = Accounts(store), Works(store)
    accounts.add("boss", "administrator", PASSWORD, NOW)
    for name, mark in ((EMAIL, ""), ("other", "other ")):
        account = accounts.add(name, "lawyer", PASSWORD, NOW)
        Sessions(store, HOUR, HOUR).open(account, NOW)
        Keys(store).make(mark + HELD["key"], [], name, NOW)
        review = Reviews(store).put(
            mark + HELD["review name"], "en", {"text": mark + HELD["review text"]}, mark + HELD["review memo"],
            (mark + HELD["review file"]).encode(), NOW,
        )  # fmt: skip
        works.make(account.id, "review", "r", {"review": review, "decisions": {}}, NOW)
        works.make(account.id, "agreement", mark + HELD["work"], {"text": mark + HELD["work content"]}, NOW)
        Audit(store).note(account.name, "work-made", "x", NOW)
        Audit(store).note("boss", "role-set", f"{account.name} lawyer", NOW)
        with store.writing(content=False) as connection:
            connection.exec_driver_sql(
                "INSERT INTO identity VALUES (?, ?, ?, 0, ?)",
                (mark + HELD["issuer"], "s" + mark, account.id, NOW.isoformat()),
            )
        visit = Visits(store).begin("main", f"session-{mark}", NOW)
        Budgets(store).take([Budget(f"session session-{mark}", 9, DAY, "x", "y")], NOW)
        said = Journal(store).add(
            visit.conversation_id, mark + HELD["question"], {"answer": mark + HELD["answer"]}, NOW
        )
        Journal(store).rate(visit.conversation_id, said, "down", mark + HELD["judgement"], NOW)
        letter = Letter(
            mark + HELD["letter name"], f"{mark.strip()}{EMAIL}", HELD["letter phone"] if not mark else "", mark + HELD["letter text"],
            "fr", visit.conversation_id,
        )  # fmt: skip
        sent = Handoffs(store).add("main", letter, NOW)
        Handoffs(store).mark(sent.number, "taken", name, NOW)
    token = Record.new_token()
    for one, item in ((token, HELD["learner"]), ("another", "other " + HELD["learner"])):
        record, learner = Record(store), Record.learner_of(one)
        (asked,) = record.ask(learner, [(item, "topic", "objective")], "practice", NOW)
        record.answer(learner, asked.id, {"chosen": 1}, ["a"], 1.0, 2, NOW)
        record.keep_law(learner, [0.5], 1, NOW)
    settings.data_dir.mkdir(exist_ok=True)
    (settings.data_dir / terminal.KEPT).write_text(token)
    return token


def whole(store: Store, token: str) -> list[Subject]:
    return [find(store, EMAIL), find(store, token)]


@pytest.mark.check("P10")
def test_a_copy_is_complete_and_readable(store: Store, token: str, record_property: Figure) -> None:
    told = [json.loads(written(copy(store, one))) for one in whole(store, token)]
    account, learner = told
    text = json.dumps(told, ensure_ascii=False)
    files = [base64.b64decode(one["file_base64"]).decode() for one in account["reviews"]]
    found = {what for what, words in HELD.items() if words in text or words in files}
    assert found == set(HELD)
    assert "other" not in text
    assert set(account) == {"identifier", "account", "messages", "conversations", "training", "reviews"}
    assert {entry["action"] for entry in account["account"]["log"]} == {"work-made", "role-set"}
    assert len(account["account"]["sessions"]) == len(account["account"]["identities"]) == 1
    assert account["messages"][0]["conversation_id"] == account["conversations"][0]["id"]
    assert account["conversations"][0]["site"] == "main"
    assert learner["training"][0]["forgetting"] == [0.5]
    assert "argon2" not in text
    record_property("figure", f"{len(found)} of {len(HELD)} seeded items in the copy")


@pytest.mark.check("P02", "P10")
def test_erasure_leaves_nothing_of_one_and_all_of_others(
    store: Store, settings: Settings, token: str, record_property: Figure
) -> None:
    store.checkpoint()
    before = everything(store)
    needles = {what: words.encode() for what, words in HELD.items()}
    assert all(word in before for word in needles.values())
    proofs = [digest(copy(store, one)) for one in whole(store, token)]
    receipts = [erase(store, settings, one, NOW + HOUR) for one in whole(store, token)]
    assert [one.sha256 for one in receipts] == proofs
    assert receipts[0].rows == {
        "questions": 1, "judgements": 1, "counts": 1, "sessions": 1, "identities": 1, "pieces of work": 2, "messages": 1,
        "conversations": 1, "reviews": 1, "accounts": 1, "kept under the pseudonym": 3,
    }  # fmt: skip
    assert receipts[1].rows == {"training answers": 1, "learners": 1}
    after = everything(store)
    others = {f"other {words}".encode() for words in HELD.values()} | {f"other{EMAIL}".encode()}
    kept = {word for word in others if word in after}
    left = after
    for word in (*others, b"other "):
        left = left.replace(word, b"")
    key_made = {HELD["key"].encode()}  # a key is the firm's: it stays, under the pseudonym of who made it
    assert {word for word in needles.values() if word in left} == key_made
    assert len(kept) == len(HELD) - 1  # the other's telephone was not given
    assert not (settings.data_dir / terminal.KEPT).exists()
    for who in (EMAIL, token):
        with pytest.raises(NotFound):
            find(store, who)
    assert Accounts(store).named("other")
    record_property(
        "figure", f"{len(needles)} needles before, {len({w for w in needles.values() if w in left} - key_made)} after"
    )


def test_what_the_firm_keeps_has_a_pseudonym(store: Store, settings: Settings, token: str) -> None:
    receipt = erase(store, settings, find(store, EMAIL), NOW)
    told = {(entry.actor, entry.action, entry.target) for _, entry in Audit(store).recent()}
    assert receipt.pseudonym
    assert (receipt.pseudonym, "work-made", "x") in told
    assert ("boss", "role-set", f"{receipt.pseudonym} lawyer") in told
    assert (OPERATOR, "person-erased", receipt.sha256[:16]) in told
    assert not [row for row in told if EMAIL in " ".join(row)]
    assert receipt.pseudonym in {key.created_by for key in Keys(store).all()}


def test_a_copy_is_the_same_twice_and_its_digest_is_that_of_its_bytes(store: Store, token: str) -> None:
    one, other = (copy(store, find(store, EMAIL)) for _ in range(2))
    assert written(one) == written(other)
    assert digest(one) == digest(json.loads(written(one)))


def test_a_person_is_found_by_all_that_they_have(store: Store, token: str) -> None:
    letter = Handoffs(store).all()
    mine = next(one for one in letter if one.email == EMAIL)
    record = Record(store)
    sitting = record.sit(Record.learner_of(token), "seed", NOW)
    record.finish(sitting.id, 1.0, NOW)
    certificate = record.certify(sitting.id, "bearer")
    for identifier in (EMAIL, EMAIL.upper(), f" {EMAIL} ", mine.number, mine.number.lower()):
        assert mine.number in find(store, identifier).letters
    assert find(store, str(mine.conversation_id)).conversations == (mine.conversation_id,)
    for identifier in (token, Record.learner_of(token), certificate, certificate.lower()):
        assert find(store, identifier).learners == (Record.learner_of(token),)
    for identifier in ("", "nobody", EMAIL[1:], "%", "'", "x" * 10_000):
        with pytest.raises(NotFound):
            find(store, identifier)


def test_the_last_administrator_stays_and_with_them_everything(store: Store, settings: Settings) -> None:
    Accounts(store).add("boss", "administrator", PASSWORD, NOW)
    Works(store).make(Accounts(store).named("boss").id, "agreement", "kept", {}, NOW)
    with pytest.raises(InvalidInput, match="last administrator"):
        erase(store, settings, find(store, "boss"), NOW)
    assert Works(store).all(Accounts(store).named("boss").id, "agreement")


def test_an_erasure_that_fails_erases_nothing(
    store: Store, settings: Settings, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise InterruptedError

    told = written(copy(store, find(store, EMAIL)))
    monkeypatch.setattr("web.person._rename", fails)
    with pytest.raises(InterruptedError):
        erase(store, settings, find(store, EMAIL), NOW)
    assert written(copy(store, find(store, EMAIL))) == told


def test_backups_that_hold_it_are_named_with_their_end(store: Store, settings: Settings, tmp_path: Path) -> None:
    there = tmp_path / "there.tar.gz"
    there.touch()
    days = [
        (-1, "before.tar.gz"),
        (1, str(there)),
        (2, "gone-but-not-due.tar.gz"),
    ]
    for day, file in days:
        Audit(store).note(OPERATOR, "backup-made", file, NOW + dt.timedelta(days=day))
    Accounts(store).add("boss", "administrator", PASSWORD, NOW)
    Accounts(store).add("a", "lawyer", PASSWORD, NOW)
    receipt = erase(store, settings, find(store, "a"), NOW + dt.timedelta(days=3))
    assert [(one.file, one.there) for one in receipt.backups] == [
        (str(there), True),
        ("gone-but-not-due.tar.gz", False),
    ]
    assert receipt.backups[0].until == (NOW + dt.timedelta(days=1 + settings.backup_days)).isoformat()
    late = backups(store, settings, NOW.isoformat(), NOW + dt.timedelta(days=60))
    assert [one.file for one in late] == [str(there)]


def test_copies_that_we_cannot_reach_are_named(store: Store, settings: Settings) -> None:
    sent = Handoffs(store).add("main", Letter("A B", "a@example.org", "", "x", "en"), NOW)
    with store.writing(content=False) as connection:
        connection.exec_driver_sql("UPDATE handoff SET mailed_at = ?", (NOW.isoformat(),))
    told = settings.model_copy(update={"smtp_contents": "message", "smtp_to": ("office@example.org",)})
    receipt = erase(store, told, find(store, "a@example.org"), NOW)
    assert [("office@example.org" in one, sent.number in one) for one in receipt.elsewhere] == [(True, True)]
    assert receipt.pseudonym is None
