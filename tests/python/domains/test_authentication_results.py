import email
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gatepost as gp
from gatepost.domains import AuthenticationResults, MethodResult, Property, without_results_of

EXAMPLES = {
    # RFC 8601, appendix B.
    "example.org 1; none": AuthenticationResults("example.org"),
    "example.com;\r\n spf=pass smtp.mailfrom=example.net": AuthenticationResults(
        "example.com", (MethodResult("spf", "pass", "", (Property("smtp", "mailfrom", "example.net"),)),)
    ),
    'example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; dkim=fail reason="bad; \\"signature\\""': (
        AuthenticationResults(
            "example.com",
            (
                MethodResult("auth", "pass", "", (Property("smtp", "auth", "sender@example.net"),)),
                MethodResult("dkim", "fail", 'bad; "signature"'),
            ),
        )
    ),
    "foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n"
    " policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462": (
        AuthenticationResults(
            "foo.example.net", (MethodResult("dkim", "fail", "", (Property("policy", "expired", "1362471462"),)),)
        )
    ),
    "example.com; dkim=pass header.b=ab/cd+==": AuthenticationResults(
        "example.com", (MethodResult("dkim", "pass", "", (Property("header", "b", "ab/cd+=="),)),)
    ),
}


@pytest.mark.parametrize("value", EXAMPLES)
def test_the_examples_of_the_rfc_are_read(value: str) -> None:
    assert AuthenticationResults.parse(value) == EXAMPLES[value]


BROKEN = ["", ";", "a", "a; =x", "a; spf", "a; spf=", "a; spf==", "a 2; none", "a; spf=pass x=y", "a (", 'a; x="']


@pytest.mark.parametrize("value", BROKEN)
def test_what_breaks_the_syntax_is_refused(value: str) -> None:
    with pytest.raises(gp.InputError):
        AuthenticationResults.parse(value)


def test_a_long_value_is_folded() -> None:
    results = tuple(
        MethodResult("dkim", "pass", "", (Property("header", "d", f"{n}.example.com"),) * 3) for n in range(9)
    )
    header = AuthenticationResults("mx.example.com", results).header()
    assert max(len(line) for line in header.split("\r\n")) <= 76
    assert header.startswith("Authentication-Results: mx.example.com;\r\n\tdkim=pass")


words = st.text(max_size=40)
methods = st.builds(
    MethodResult,
    st.sampled_from(["spf", "dkim", "x-own"]),
    st.sampled_from(["pass", "fail"]),
    words,
    st.lists(st.builds(Property, st.just("smtp"), st.just("mailfrom"), words), max_size=3).map(tuple),
)


def test_a_header_without_a_name_for_who_looked_is_refused() -> None:
    with pytest.raises(gp.InputError, match="authserv_id"):
        AuthenticationResults("").header()


@given(authserv_id=words, results=st.lists(methods, max_size=3))
def test_whatever_is_written_is_one_header_and_reads_back_the_same(
    authserv_id: str, results: list[MethodResult]
) -> None:
    value = AuthenticationResults(authserv_id, tuple(results))
    try:
        header = value.header()
    except gp.InputError:
        return
    lines = header.removesuffix("\r\n").split("\r\n")
    assert all(line.startswith("\t") for line in lines[1:])
    assert not set(header.replace("\r\n\t", "").removesuffix("\r\n")) & set("\r\n\0")
    assert AuthenticationResults.parse(header.partition(":")[2]) == value
    parsed = email.message_from_bytes(header.encode() + b"From: a@b.com\r\n\r\n", policy=email.policy.compat32)
    assert parsed.keys() == ["Authentication-Results", "From"]


@pytest.mark.parametrize("bad", ["a\r\nBcc: b", "a\nb", "a\0", "a\u2028b", "x" * 321])
def test_what_may_not_stand_in_a_header_is_refused(bad: str) -> None:
    for value in (
        AuthenticationResults(bad),
        AuthenticationResults("mx", (MethodResult("spf", "pass", bad),)),
        AuthenticationResults("mx", (MethodResult("spf", "pass", "", (Property("smtp", "mailfrom", bad),)),)),
        AuthenticationResults("mx", (MethodResult("spf", bad),)),
        AuthenticationResults("mx", (MethodResult("spf; dkim", "pass"),)),
        AuthenticationResults("mx", (MethodResult("spf", "pass", "", (Property("smtp", "a=b", "x"),)),)),
    ):
        with pytest.raises(gp.InputError):
            value.header()


@pytest.mark.parametrize(
    "forged",
    [
        b"Authentication-Results: mx.example.com; dkim=pass\r\n",
        b"AUTHENTICATION-RESULTS : MX.example.com.;\r\n\tdkim=pass\r\n",
        b'Authentication-Results: (x) "mx.example.com" 1; dkim=pass\r\n',
        b"Authentication-Results: (never closed mx.example.com; dkim=pass\r\n",
        b"X: y\nAuthentication-Results: mx.example.com; dkim=pass\r\n",
        b"Authentication-Results:\r\n mx.example.com; dkim=pass\r\n",
    ],
)
def test_results_that_somebody_forged_in_our_name_are_removed(forged: bytes) -> None:
    others = b"Authentication-Results: mx.example.net; dkim=pass\r\n"
    raw = forged + others + b"From: a@b.com\r\n\r\nAuthentication-Results: mx.example.com; dkim=pass\r\n"
    cleaned = without_results_of(raw, "mx.example.com")
    head, _, body = cleaned.partition(b"\r\n\r\n")
    assert b"mx.example.com" not in head
    assert others.strip() in head and b"From: a@b.com" in head
    assert b"mx.example.com" in body


def test_a_letter_without_a_body_keeps_its_header() -> None:
    assert without_results_of(b"From: a@b.com\r\n", "mx") == b"From: a@b.com\r\n"
    assert without_results_of(b"", "mx") == b""
