import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from gatepost import InputError
from gatepost.dns import SystemResolver, TableResolver, TemporaryDnsError, resolver_of

ZONE = {
    ("example.com.", "TXT"): ['"v=spf1 " "-all"', '"\\208\\159"'],
    ("example.com.", "MX"): ["20 mx2.example.com.", "10 mx1.example.com."],
    ("null.example.com.", "MX"): ["0 ."],
    ("example.com.", "A"): ["192.0.2.1", "192.0.2.2"],
    ("example.com.", "AAAA"): ["2001:db8::1"],
    ("1.2.0.192.in-addr.arpa.", "PTR"): ["mail.example.com."],
}


def answer(question: bytes) -> bytes:
    query = dns.message.from_wire(question)
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.RA
    asked = query.question[0]
    name, kind = asked.name.to_text().lower(), dns.rdatatype.to_text(asked.rdtype)
    if name == "broken.example.com.":
        reply.set_rcode(dns.rcode.SERVFAIL)
    elif (name, kind) in ZONE:
        reply.answer.append(dns.rrset.from_text_list(asked.name, 60, "IN", kind, ZONE[name, kind]))
    elif name not in {name for name, _ in ZONE}:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    return reply.to_wire()


@pytest.fixture(scope="module")
def server() -> Iterator[SystemResolver]:
    """A name server on loopback with ZONE, and a resolver that asks it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                question, client = listening.recvfrom(4096)
                if not question:
                    return
                listening.sendto(answer(question), client)

        thread = threading.Thread(target=serve)
        thread.start()
        yield SystemResolver(servers=["127.0.0.1"], port=listening.getsockname()[1])
        listening.sendto(b"", listening.getsockname())
        thread.join()


TABLE = TableResolver(
    {
        "example.com": ["v=spf1 -all", "П"],
        ("Example.com.", "mx"): ["20 mx2.example.com", "10 mx1.example.com."],
        ("null.example.com", "MX"): "0 .",
        ("example.com", "A"): ["192.0.2.1", "192.0.2.2"],
        ("example.com", "AAAA"): "2001:db8::1",
        ("192.0.2.1", "PTR"): "mail.example.com.",
        "broken.example.com": None,
    }
)


@pytest.fixture(params=["server", "table"])
def resolver(request: pytest.FixtureRequest) -> SystemResolver | TableResolver:
    if request.param == "table":
        return TABLE
    return request.getfixturevalue("server")  # type: ignore[no-any-return]


def test_the_strings_of_a_txt_record_are_joined(resolver: SystemResolver) -> None:
    assert sorted(resolver.txt("EXAMPLE.com.")) == ["v=spf1 -all", "П"]


def test_mx_hosts_come_with_the_most_preferred_first_and_the_null_mx_without_a_name(resolver: SystemResolver) -> None:
    assert resolver.mx("example.com") == [(10, "mx1.example.com"), (20, "mx2.example.com")]
    assert resolver.mx("null.example.com") == [(0, "")]


def test_addresses_come_by_family_and_lead_back_to_names(resolver: SystemResolver) -> None:
    assert sorted(resolver.a("example.com")) == ["192.0.2.1", "192.0.2.2"]
    assert resolver.aaaa("example.com") == ["2001:db8::1"]
    assert resolver.ptr("192.0.2.1") == ["mail.example.com"]
    assert resolver.ptr("192.0.2.2") == []


@pytest.mark.parametrize("name", ["null.example.com", "nothing.example.com", "a..b.com", "x" * 64 + ".com", "x." * 200])
def test_a_name_without_records_or_that_cannot_exist_gives_nothing(resolver: SystemResolver, name: str) -> None:
    assert resolver.txt(name) == []
    assert resolver.aaaa(name) == []


def test_a_name_exists_where_anything_is_published_there(resolver: SystemResolver) -> None:
    assert resolver.exists("null.example.com")
    assert not resolver.exists("nothing.example.com")


def test_a_server_that_fails_is_a_temporary_error_that_names_the_question(resolver: SystemResolver) -> None:
    with pytest.raises(TemporaryDnsError, match=r"TXT of broken\.example\.com"):
        resolver.txt("broken.example.com")


def test_a_server_that_is_silent_is_a_temporary_error() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver = SystemResolver(seconds=0.1, servers=["127.0.0.1"], port=silent.getsockname()[1])
        with pytest.raises(TemporaryDnsError):
            resolver.a("example.com")


def test_a_table_a_resolver_or_nothing_may_be_given() -> None:
    assert isinstance(resolver_of({}), TableResolver)
    assert resolver_of(TABLE) is TABLE
    assert resolver_of(None) is resolver_of(None)


@pytest.mark.parametrize(
    "key",
    [
        "192.0.2.1 PTR",
        "1.2.0.192.in-addr.arpa PTR",
        ("1.2.0.192.in-addr.arpa.", "PTR"),
        ("192.0.2.1", "ptr"),
    ],
)
def test_a_name_of_an_address_may_be_written_in_each_of_its_forms(key: object) -> None:
    assert TableResolver({key: "h.example.com."}).ptr("192.0.2.1") == ["h.example.com"]


def test_a_key_with_a_space_is_a_name_and_a_type() -> None:
    table = TableResolver({"h.example.com A": ["192.0.2.1"], "example.com mx": "10 h.example.com"})
    assert table.a("h.example.com") == ["192.0.2.1"]
    assert table.mx("example.com") == [(10, "h.example.com")]
    assert table.txt("h.example.com A") == []


@pytest.mark.parametrize(
    "key",
    ["a b c", "example.com CNAME", ("example.com",) * 3, "", 5, "h.example.com PTR", ("h.example.com", "PTR"), (1, 2)],
)
def test_a_key_that_is_none_is_named(key: object) -> None:
    with pytest.raises(InputError, match="resolver: "):
        TableResolver({key: "x"})
