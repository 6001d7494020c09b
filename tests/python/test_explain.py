import csv
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import gatepost as gp
from gatepost import _core

ROOT = Path(__file__).resolve().parents[2]
COLLECTED = ROOT.parent / "shared" / "replies.tsv"


def test_explain_names_the_category_its_verdicts_and_what_to_do():
    failure = gp.explain("550 5.7.1 No such user!", phase="rcpt", provider="yandex")
    assert failure.category is gp.Category.RECIPIENT_UNKNOWN
    assert failure.permanent and failure.permanence == "permanent"
    assert (failure.retry, failure.suppress, failure.pause) == ("never", "address", "none")
    assert (failure.code, failure.enhanced, failure.text) == (550, "5.7.1", "No such user!")
    assert (failure.phase, failure.scope, failure.provider) == ("rcpt", "recipient", "yandex")
    assert failure.actor == "list owner"
    assert "no such mailbox" in failure.cause and "Remove the address" in failure.remedy
    assert failure.rule_id and failure.evidence == "no such user"


@pytest.mark.parametrize(
    ("reply", "category", "permanent"),
    [
        ("421 4.4.5 Server is temporarily unavailable", "service_unavailable", False),
        ("450 Balance not enough", "balance_exhausted", True),
        ("454 4.7.0 Too many login attempts", "auth_throttled", False),
        ("451 4.3.2 Rate limit exceeded, retry after 10 seconds", "rate_limited", False),
        ("535 5.7.8 Incorrect login or password", "auth_failed", True),
        ("421 Domain not verify", "sender_not_authorized", True),
        ("553 Domain not found", "sender_not_authorized", True),
        ("550 Email receiver unsubscribe or complaint", "suppressed", True),
        ("550 5.6.0 Message rejected: Missing required «From» header", "message_malformed", True),
        ("553 Recipient has exceeded mailbox limit", "mailbox_full", True),
    ],
)
def test_replies_of_rusender_have_their_meaning(reply, category, permanent):  # R7
    for provider in ("rusender", None):
        failure = gp.explain(reply, provider=provider)
        assert (failure.category.value, failure.permanent) == (category, permanent)


@pytest.mark.parametrize(
    ("reply", "category"),
    [
        ("550 5.0.0 Email has permanent delivery errors", "suppressed"),
        ("550 5.0.0 Email is in the account stoplist", "suppressed"),
        ("635 6.7.8 issue is blocked", "message_prohibited"),
        ("635 6.7.8 error/sender/unknown", "sender_not_authorized"),
        ("635 6.7.8 error/sender/onmoderation", "message_held"),
        ("635 6.7.8 error/sender/prohibited", "message_prohibited"),
        ("635 6.7.8 no To:", "message_malformed"),
        ("635 6.7.8 no From:", "message_malformed"),
        ("635 6.7.8 no Subject:", "message_malformed"),
        ("635 6.7.8 no email in From:", "message_malformed"),
    ],
)
def test_replies_of_sendsay_have_their_meaning(reply, category):  # G13, G14
    assert gp.explain(reply).category.value == category


CODES = {
    "214 220 221 250 251 252": "delivered",
    "421": "service_unavailable",
    "450": "unknown_temporary",
    "451": "system_error",
    "452": "system_full",
    "500 501 502 503 504": "protocol_error",
    "510 515": "recipient_unknown",
    "512": "domain_unknown",
    "513": "recipient_syntax",
    "523": "message_too_large",
    "530 534": "auth_policy",
    "531": "system_full",
    "535": "auth_failed",
    "541": "spam_content",
    "550 553 554": "unknown_permanent",
    "551": "recipient_moved",
    "552": "mailbox_full",
    "555": "feature_unsupported",
}


@pytest.mark.parametrize(("code", "category"), [(code, cat) for codes, cat in CODES.items() for code in codes.split()])
def test_each_listed_code_alone_has_a_meaning(code, category):  # G12
    assert gp.explain(code).category.value == category


def test_accepted_replies_are_no_errors():  # G11: nor a promise of delivery
    failure = gp.explain("250 2.0.0 Ok: queued as 4XyZ")
    assert failure.category is gp.Category.DELIVERED
    assert failure.permanence == "none" and not failure.permanent
    assert "come back later" in failure.remedy


@pytest.mark.parametrize(("phase", "category"), [("mail", "sender_invalid"), ("rcpt", "recipient_unknown")])
def test_the_stage_decides_whom_a_refusal_speaks_of(phase, category):  # M2
    failure = gp.explain("550 5.1.1 User unknown", phase=phase)
    assert (failure.phase, failure.category.value) == (phase, category)


def test_time_that_the_server_names_stands_in_the_hint():
    failure = gp.explain("451 4.3.2 Rate limit exceeded, retry after 10 seconds")
    assert (failure.retry, failure.retry_after) == ("later", 10)
    assert failure.hint.startswith("Wait 10 seconds. ") and failure.hint.endswith(failure.remedy)


def test_reply_in_russian_is_understood_and_kept():
    failure = gp.explain("452 4.2.2 Ящик получателя переполнен, повторите через 10 минут")
    assert failure.category is gp.Category.MAILBOX_FULL and failure.retry_after == 600
    assert "Ящик получателя переполнен" in str(failure)


def test_pasted_reply_of_several_lines_is_one_reply():
    failure = gp.explain("550-5.1.1 The email account that you tried\r\n550 5.1.1 to reach does not exist. - gsmtp\r\n")
    assert failure.text == "The email account that you tried to reach does not exist. - gsmtp"
    assert (failure.category, failure.provider) == (gp.Category.RECIPIENT_UNKNOWN, "gmail")


@pytest.mark.parametrize("reply", ["", "  ", "\r\n"])
def test_empty_reply_is_bad_input(reply):
    with pytest.raises(gp.InputError, match="reply: there is no text"):
        gp.explain(reply)


def test_unknown_phase_is_bad_input_and_the_message_lists_the_phases():
    with pytest.raises(gp.InputError, match=r"rcpt.*'rctp'"):
        gp.explain("550 No", phase="rctp")


def test_unknown_provider_is_no_obstacle():
    assert gp.explain("550 5.1.1 User unknown", provider="exim/mail.ru").category is gp.Category.RECIPIENT_UNKNOWN


def test_str_says_stage_words_category_and_what_to_do():
    failure = gp.explain("550 5.1.1 No such user", phase="rcpt")
    assert str(failure) == (
        "rcpt: 550 5.1.1 No such user. There is no such mailbox at the recipient's server. (recipient_unknown) "
        "Remove the address from the list, or correct its spelling."
    )


def test_html_view_shows_the_words_escaped():
    html = gp.explain("550 5.1.1 <a@b.com> unknown <script>", phase="rcpt")._repr_html_()
    assert "&lt;script&gt;" in html and "<script>" not in html and "recipient_unknown" in html


def test_failure_is_plain_json_and_survives_pickling():
    failure = gp.explain("552 5.2.2 Mailbox full", phase="rcpt")
    as_json = json.loads(json.dumps(failure.to_dict(), ensure_ascii=False))
    assert as_json["category"] == "mailbox_full" and as_json["permanent"] is True and as_json["hint"] == failure.hint
    assert pickle.loads(pickle.dumps(failure)) == failure


def test_every_category_of_the_core_is_in_python_with_cause_and_remedy():
    for category in gp.Category:
        for lang in ("en", "ru"):
            words = _core.category_words(category.value, "final", "permanent", lang)
            assert words["cause"].endswith(".") and words["remedy"].endswith("."), category
            assert words["name"] and words["actor"], category
    with pytest.raises(gp.InputError):
        _core.category_info("nonsense")


@pytest.mark.skipif(not COLLECTED.exists(), reason=f"{COLLECTED} is not on this machine")
def test_collected_replies_have_their_category_and_permanence():
    with COLLECTED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) > 100
    wrong = []
    for row in rows:
        for provider in (row["provider"], None):
            failure = gp.explain(row["reply"], provider=provider)
            if (failure.category.value, failure.permanence) != (row["category"], row["permanence"]):
                wrong.append((row["reply"], failure.category.value, failure.rule_id))
    assert not wrong


def test_generated_files_are_those_of_the_tables():
    command = [sys.executable, str(ROOT / "tools" / "generate_codes.py"), "--check"]
    assert subprocess.run(command, capture_output=True, text=True).stderr == ""
