"""/api/gatepost/v1: what a test in any language can ask a sink."""

from __future__ import annotations

import asyncio
import smtplib
import threading

import httpx
import pytest
from openapi_spec_validator import validate

import gatepost as gp

ROOT = "/api/gatepost/v1"


def test_the_description_is_openapi_and_names_all_that_answers(http: httpx.Client, send) -> None:
    send("one")
    described = http.get(f"{ROOT}/openapi.json").json()
    validate(described)
    assert described["openapi"] == "3.1.0"
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"]
            if path == "/clear":
                continue
            answer = http.request(method, ROOT + path.replace("{id}", "1"), params={"timeout": 0}, json={})
            assert answer.status_code not in (404, 405, 500) or path == "/rules/{rule}", (method, path, answer.text)


def test_answers_have_the_fields_that_the_description_promises(http: httpx.Client, http_sink: gp.Sink, send) -> None:
    send("one")
    http_sink.rules.add(phase="rcpt", name="1")
    described = http.get(f"{ROOT}/openapi.json").json()
    schemas = described["components"]["schemas"]
    for path, methods in described["paths"].items():
        content = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if "application/json" in content:
            name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
            answer = http.get(ROOT + path.replace("{id}", "1").replace("{rule}", "1"), params={"timeout": 0}).json()
            assert set(answer) == set(schemas[name]["properties"]), path


def test_facts_of_the_sink(http: httpx.Client, http_sink: gp.Sink, send) -> None:
    send("one")
    facts = http.get(f"{ROOT}/sink").json()
    assert facts["url"] == f"smtp://127.0.0.1:{http_sink.port}"
    assert (facts["profile"], facts["received"], facts["evicted"]) == ("open", 1, 0)


def test_no_password_is_told() -> None:
    with gp.Sink(users={"login": "s3cret-pw"}, http=True) as sink:
        with smtplib.SMTP("127.0.0.1", sink.port) as client:
            client.login("login", "s3cret-pw")
            client.sendmail("a@b.ru", "c@d.ru", b"Subject: x\r\n\r\n")
        for path in ("sink", "sessions", "letters", "letters/1", "letters/1/transcript", "rules"):
            answer = httpx.get(f"{sink.http_url}{ROOT}/{path}")
            assert answer.status_code == 200
            assert "s3cret-pw" not in answer.text


def test_letters_come_with_envelope_bytes_and_transcript(http: httpx.Client, send) -> None:
    send("Счёт", to="olga@example.com")
    [letter] = http.get(f"{ROOT}/letters", params={"to": "olga@*", "subject": "Счёт"}).json()["letters"]
    assert (letter["from"], letter["to"], letter["subject"]) == ("ivan@example.com", ["olga@example.com"], "Счёт")
    found = http.get(f"{ROOT}/letters/{letter['id']}").json()
    assert found["envelope"]["sender"] == "ivan@example.com"
    assert found["envelope"]["mail_parameters"][0].startswith("size=")
    raw = http.get(f"{ROOT}/letters/1/raw")
    assert raw.headers["content-type"] == "message/rfc822"
    assert raw.content.startswith(b"From: ivan@example.com\r\n")
    assert "<olga@example.com>" in http.get(f"{ROOT}/letters/1/transcript").text
    assert http.get(f"{ROOT}/letters/7").json() == {"Error": "no letter 7: it never came, was evicted or cleared"}


def test_a_wait_ends_when_the_letter_comes(http: httpx.Client, send) -> None:
    send("before")
    threading.Timer(0.2, send, ["after"]).start()
    answer = http.get(f"{ROOT}/letters/wait", params={"after": 1, "timeout": 10}).json()
    assert (answer["complete"], [one["subject"] for one in answer["letters"]]) == (True, ["after"])
    assert answer["cursor"] == 2


async def test_any_number_of_waits_hold_nobody_up(http_sink: gp.Sink, send) -> None:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=http_sink.http_url, limits=limits, timeout=60) as client:
        waits = [
            asyncio.ensure_future(client.get(f"{ROOT}/letters/wait", params={"subject": f"<{number}>", "timeout": 30}))
            for number in range(100)
        ]
        while len(http_sink._http._server.server_state.connections) < 100:
            await asyncio.sleep(0.01)
        assert (await client.get("/api/v1/messages")).status_code == 200
        for number in range(100):
            await asyncio.to_thread(send, f"<{number}>")
        answers = [answer.json() for answer in await asyncio.gather(*waits)]
    assert [answer["letters"][0]["subject"] for answer in answers] == [f"<{number}>" for number in range(100)]


def test_a_wait_that_is_in_vain_tells_what_did_arrive(http: httpx.Client, send) -> None:
    send("other")
    answer = http.get(f"{ROOT}/letters/wait", params={"to": "nobody@*", "n": 2, "timeout": 0.05}).json()
    assert (answer["complete"], answer["letters"]) == (False, [])
    assert "waited 0.05 s for 2 letters to nobody@*; 0 came" in answer["report"]
    assert "'other'" in answer["report"]


@pytest.mark.parametrize("query", [{"n": "x"}, {"timeout": "x"}, {"timeout": 1e9}, {"after": -1}, {"timeout": "nan"}])
def test_a_question_that_makes_no_sense_is_answered_with_400(http: httpx.Client, query) -> None:
    answer = http.get(f"{ROOT}/letters/wait", params=query)
    assert (answer.status_code, list(answer.json())) == (400, ["Error"])


def test_rules_are_added_listed_and_taken_away(http: httpx.Client, send) -> None:
    rule = {"phase": "rcpt", "to": "full@*", "reply": "452 4.2.2 Mailbox full"}
    added = http.post(f"{ROOT}/rules", json=rule).json()
    shown = {"id": added["id"], "name": "rule 1", "hits": 0, "rule": rule}
    assert http.get(f"{ROOT}/rules").json() == {"rules": [shown]}
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send("refused", to="full@example.com")
    assert http.get(f"{ROOT}/rules/rule 1").json()["hits"] == 1
    assert http.delete(f"{ROOT}/rules/{added['id']}").json() == {"done": True}
    send("taken", to="full@example.com")
    assert http.delete(f"{ROOT}/rules/{added['id']}").status_code == 404


def test_rules_of_the_profile_are_listed() -> None:
    with gp.Sink("demo_gate", http=True) as sink:
        rules = httpx.get(f"{sink.http_url}{ROOT}/rules").json()["rules"]
        assert [rule["rule"]["phase"] for rule in rules] == [rule["phase"] for rule in sink.profile.rules]
        httpx.delete(f"{sink.http_url}{ROOT}/rules")
        assert len(sink.rules) == 0


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({}, "a rule needs a phase"),
        ({"phase": "nothing"}, "phase takes one of"),
        ({"phase": "rcpt", "reply": "x"}, "reply"),
        ({"phase": "rcpt", "colour": "red"}, "colour"),
        ({"phase": "rcpt", "delay": "x"}, "delay takes"),
    ],
)
def test_a_rule_that_is_wrong_is_refused_by_name(http: httpx.Client, rule, words: str) -> None:
    answer = http.post(f"{ROOT}/rules", json=rule)
    assert answer.status_code == 400
    assert words in answer.json()["Error"]


def test_a_rule_is_written_as_in_files_and_named_by_what_it_answered(http: httpx.Client, send) -> None:
    rule = {"phase": "final", "from": "ivan@*", "name": "all of Ivan's", "any_of": [{"from": "ivan@*"}]}
    assert http.post(f"{ROOT}/rules", json=rule).json()["rule"] == rule
    send("one")
    assert http.get(f"{ROOT}/letters").json()["letters"][0]["rules"] == ["final: all of Ivan's"]
    assert http.delete(f"{ROOT}/rules/all of Ivan's").status_code == 200


def test_the_gate_is_read_and_set(http: httpx.Client, http_sink: gp.Sink) -> None:
    assert http.put(f"{ROOT}/gate", json={"Balance": 3, "stop_list": ["b@x.ru", "a@x.ru"]}).status_code == 200
    assert http_sink.gate.as_dict() == http.get(f"{ROOT}/gate").json()["state"]
    assert http_sink.gate.Balance == 3
    for body in ({"x": "text"}, {"x": True}, {"x": [5]}):
        assert http.put(f"{ROOT}/gate", json=body).status_code == 400


def test_profiles_are_listed(http: httpx.Client) -> None:
    names = [one["name"] for one in http.get(f"{ROOT}/profiles").json()["profiles"]]
    assert {"open", "demo_gate"} <= set(names)


def test_the_clock_is_moved_ahead(http: httpx.Client, http_sink: gp.Sink) -> None:
    before = http_sink.clock.now()
    http.post(f"{ROOT}/clock/advance", json={"hours": 1, "minutes": 30})
    assert (http_sink.clock.now() - before).total_seconds() >= 5400
    for body in ({"years": 1}, {"hours": -1}, {"hours": "x"}):
        assert http.post(f"{ROOT}/clock/advance", json=body).status_code == 400


def test_sessions_are_told_with_their_transcripts(http: httpx.Client, send) -> None:
    send("one")
    [session] = http.get(f"{ROOT}/sessions").json()["sessions"]
    assert http.get(f"{ROOT}/sessions/{session['id']}").json()["transcript"] == session["transcript"]
    assert "FROM:<ivan@example.com>" in session["transcript"]
    assert http.get(f"{ROOT}/sessions/99").status_code == 404


def test_clear_empties_the_inbox_and_keeps_rules(http: httpx.Client, http_sink: gp.Sink, send) -> None:
    http_sink.rules.add(phase="rcpt", to="x@*", discard=True)
    send("one")
    assert http.post(f"{ROOT}/clear").json() == {"done": True}
    assert (http_sink.letters, len(http_sink.rules)) == ([], 1)
