"""The C++ core. Everything here is plain: strings, numbers, lists. The public classes stand on top of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

version: str

class InputError(ValueError):
    """Bad input of the caller; the message says where and what. Nothing was sent or changed. `errno`: the system's
    number, where it gave one."""

    errno: int | None

# --- files -------------------------------------------------------------------------------------------------------

def open_regular_file(path: bytes) -> int:
    """A descriptor to read it by. OSError without a file name; InputError for what is none; neither names it."""

# --- process -----------------------------------------------------------------------------------------------------

def before_fork() -> None:
    """All threads of the core stand still until one of the next two is called."""

def after_fork_in_parent() -> None: ...
def after_fork_in_child() -> None: ...
def keep_for_ever(object: object) -> None:
    """It is never destroyed."""

# --- codes -------------------------------------------------------------------------------------------------------

class RawFailure:
    """codes::Failure as plain values; enumerators as their snake_case names, seconds as int."""

    @property
    def phase(self) -> str: ...
    @property
    def code(self) -> int: ...
    @property
    def enhanced(self) -> str: ...
    @property
    def server_text(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def permanence(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def retry(self) -> str: ...
    @property
    def retry_after(self) -> int: ...
    @property
    def retry_after_named(self) -> bool:
        """Whether the server named that time."""

    @property
    def timed_out(self) -> bool: ...
    @property
    def errno(self) -> int:
        """0 where the system gave none."""

    @property
    def suppress(self) -> str: ...
    @property
    def pause(self) -> str: ...
    @property
    def maybe_delivered(self) -> bool: ...
    @property
    def provider(self) -> str: ...
    @property
    def rule_id(self) -> str: ...
    @property
    def evidence(self) -> str: ...
    def describe(self) -> str: ...

def classify(reply: str, phase: str = "", provider: str = "") -> RawFailure:
    """Classifies a pasted reply. An empty phase is guessed from the code and text. ValueError for an unknown phase."""

def local_failure(category: str, phase: str, message: str) -> RawFailure: ...
def category_words(category: str, phase: str, permanence: str, lang: str) -> dict[str, str]: ...
def category_info(category: str) -> dict[str, str]:
    """permanence, actor, retry, retry_after, suppress, pause, cause and remedy of one category."""

def provider_of_host(host: str) -> str: ...

# --- mime --------------------------------------------------------------------------------------------------------

class Part:
    """An attachment or inline image, checked and encoded once; shared by any number of letters."""

    def __init__(self, data: bytes, name: str = "", type: str = "", content_id: str = "") -> None: ...
    @staticmethod
    def from_file(path: str | bytes, name: str = "", type: str = "", content_id: str = "") -> Part:
        """The same from a file, read and encoded block by block."""

    @staticmethod
    def alternative(text: str, type: str) -> Part:
        """A further form of a letter's text: no file, UTF-8 in the transfer encoding that suits it."""

    @property
    def name(self) -> str: ...
    @property
    def encoded_size(self) -> int: ...

Mailbox = tuple[str, str]
"""(display name, wire address)"""
AddressGroup = tuple[str, int, int]
"""(name, the first of its mailboxes, how many)"""

class LetterContent:
    """mime::LetterContent. Addresses must be in wire form already (parse_mailbox, normalise_address)."""

    def __init__(
        self,
        *,
        from_: Mailbox,
        sender: Mailbox | None = None,
        to: Sequence[Mailbox] = (),
        cc: Sequence[Mailbox] = (),
        reply_to: Sequence[Mailbox] = (),
        subject: str = "",
        text: str | None = None,
        html: str | None = None,
        inline_parts: Sequence[Part] = (),
        attachments: Sequence[Part] = (),
        headers: Sequence[tuple[str, str]] = (),
        message_id: str = "",
        date: float | None = None,
        date_zone: str = "+0000",
        campaign_id: str = "",
        letter_id: str = "",
        list_unsubscribe: str = "",
        alternatives: Sequence[Part] = (),
        in_reply_to: Sequence[str] = (),
        references: Sequence[str] = (),
        to_groups: Sequence[AddressGroup] = (),
        cc_groups: Sequence[AddressGroup] = (),
        reply_to_groups: Sequence[AddressGroup] = (),
    ) -> None: ...

class LetterBytes:
    """A composed letter, its bytes outside of Python's memory until asked for; the engine takes it as it is."""

    def __bytes__(self) -> bytes: ...
    def __len__(self) -> int: ...

def compose(content: LetterContent) -> LetterBytes:
    """The letter as it goes on the wire before dot-stuffing. InputError names the field. Releases the GIL."""

def header_form(name: str) -> str:
    """What a header holds: "text", "addresses", "plain" (ids and URLs, never encoded), "phrase" (an id behind one)."""

def header_field(name: str, value: str) -> bytes:
    """One header with its CRLF, encoded and folded as its form wants it. InputError for controls in the value."""

def address_field(name: str, mailboxes: Sequence[Mailbox], groups: Sequence[AddressGroup]) -> bytes:
    """The same of addresses in wire form."""

def decode_encoded_words(value: str | bytes) -> str:
    """RFC 2047 undone, wherever the words stand."""

def normalise_address(address: str) -> str: ...
def needs_smtputf8(address: str) -> bool: ...
def parse_mailbox(text: str) -> Mailbox: ...
def parse_mailbox_list(text: str) -> list[Mailbox]: ...
def parse_address_list(text: str) -> tuple[list[Mailbox], list[AddressGroup]]: ...
def make_message_id(sender_address: str) -> str: ...

MergeText = tuple[Sequence[str], Sequence[tuple[int, bool]]]
"""Literals, and between them slots: (column, whether the value is escaped as html)."""

class MergeProgram:
    """mime::MergeProgram: a campaign's letter made ready once, rendered for each row of values."""

    def __init__(
        self,
        shared: LetterContent,
        subject: MergeText,
        text: MergeText | None = None,
        html: MergeText | None = None,
        list_unsubscribe: MergeText | None = None,
        columns: int = 0,
    ) -> None:
        """`shared`: all but to, subject, text, html, message_id, letter_id and list_unsubscribe, which are not looked
        at. `columns`: how many values a row has. InputError for what no letter could be made of."""

    def render(
        self,
        *,
        to_address: str,
        to_name: str = "",
        message_id: str = "",
        letter_id: str = "",
        values: Sequence[str] = (),
        attachments: Sequence[Part] = (),
        date: float | None = None,
    ) -> bytes:
        """One letter, as the engine makes it. InputError names what of the row the injection gate refuses."""

    @property
    def same_body(self) -> bool:
        """Whether all letters have the same body, but for rows with attachments of their own."""

    @property
    def columns(self) -> int: ...

class ParsedPart:
    """One decoded leaf of a parsed letter."""

    @property
    def type(self) -> str: ...
    @property
    def charset(self) -> str: ...
    @property
    def disposition(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    @property
    def content_id(self) -> str: ...
    @property
    def content(self) -> bytes: ...
    @property
    def depth(self) -> int: ...
    @property
    def span(self) -> tuple[int, int]:
        """Where it stands in the letter's bytes, its header included: `raw[begin:end]`."""
    @property
    def headers(self) -> list[tuple[str, str]]: ...

class ParsedLetter:
    """A parsed letter, everything decoded to text."""

    @property
    def headers(self) -> list[tuple[str, str]]: ...
    @property
    def subject(self) -> str: ...
    @property
    def from_(self) -> list[Mailbox]: ...
    @property
    def sender(self) -> list[Mailbox]: ...
    @property
    def to(self) -> list[Mailbox]: ...
    @property
    def cc(self) -> list[Mailbox]: ...
    @property
    def bcc(self) -> list[Mailbox]: ...
    @property
    def reply_to(self) -> list[Mailbox]: ...
    @property
    def message_id(self) -> str: ...
    @property
    def text(self) -> str | None: ...
    @property
    def html(self) -> str | None: ...
    @property
    def parts(self) -> list[ParsedPart]: ...
    @property
    def nodes(self) -> list[tuple[str, int, int]]:
        """The tree: (type, index of the node that holds it or -1, index into parts or -1), holders first."""
    @property
    def warnings(self) -> list[str]: ...

def parse(raw: bytes | LetterBytes) -> ParsedLetter: ...
def guess_charset(text: bytes) -> str:
    """The charset of text without a label, by iconv's name: "CP1251", "KOI8-R", "CP866", "ISO-8859-5", "MAC-CYRILLIC"
    or "CP1252"."""

# --- dkim --------------------------------------------------------------------------------------------------------

class SigningKey:
    """crypto::SigningKey. InputError says what is wrong with a PEM, never what the key is."""

    @staticmethod
    def load(pem: str, passphrase: str = "") -> SigningKey: ...
    @staticmethod
    def generate(kind: str, bits: int = 2048) -> SigningKey:
        """`kind`: rsa or ed25519."""

    @property
    def kind(self) -> str: ...
    @property
    def bits(self) -> int: ...
    def to_pem(self) -> str: ...
    def record(self) -> str:
        """The TXT record that publishes the key."""

class Signer:
    """dkim::Signer. The domain must be in wire form."""

    def __init__(
        self,
        *,
        domain: str,
        selector: str,
        key: SigningKey,
        identity: str = "",
        header: str = "relaxed",
        body: str = "relaxed",
        valid_for: int | None = None,
    ) -> None: ...

class DkimRow(TypedDict):
    """dkim::Verification."""

    status: str
    reason: str
    explanation: str
    domain: str
    selector: str
    identity: str
    algorithm: str
    signature: str
    key_bits: int
    testing: bool

def dkim_sign(raw: bytes, signers: Sequence[Signer], now: float) -> bytes:
    """The letter with its signatures above it; LF lines become CRLF. Releases the GIL."""

def dkim_key_names(raw: bytes) -> list[str]:
    """The DNS names of the keys that dkim_verify will want."""

def dkim_verify(raw: bytes, answers: dict[str, list[str] | None], now: float) -> list[DkimRow]:
    """`answers`: TXT records by name; None: the DNS did not answer; absent or []: there are none."""

class KeyRow(TypedDict):
    """dkim::KeyRecord, or the reason why it is none."""

    reason: str
    explanation: str
    kind: str
    bits: int
    testing: bool

def dkim_read_key(record: str) -> KeyRow:
    """A key record as the DNS publishes it."""

class ArcRow(TypedDict):
    """dkim::ArcVerification. `sets`: (instance, domain, selector, cv, authentication results)."""

    status: str
    reason: str
    explanation: str
    instance: int
    part: str
    sets: list[tuple[int, str, str, str, str]]

def arc_verify(raw: bytes, ask: Callable[[str], list[str] | None], now: float) -> ArcRow:
    """`ask`: for the TXT records of a name, when they are needed; None where the DNS does not answer."""

def arc_seal(raw: bytes, signer: Signer, results: str, chain: str, now: float) -> bytes:
    """The letter with a set of ARC headers above it. `chain`: none, pass or fail. InputError where it may not be."""

def zone_file_value(record: str) -> str: ...

# --- engine ------------------------------------------------------------------------------------------------------

class Batch(TypedDict):
    """Columns of equal length, one row per letter and recipient. Times are Unix seconds."""

    ticket: list[int]
    lane: list[int]
    recipient: list[str]
    accepted: list[bool]
    failure: list[RawFailure | None]
    code: list[int]
    enhanced: list[str]
    reply: list[str]
    queue_id: list[str]
    message_id: list[str]
    untouched: list[bool]
    tried: list[bool]
    paused_until: list[float | None]
    started: list[float]
    ended: list[float]
    bytes: list[int]
    transcript: list[str]
    session: list[SessionFacts | None]
    timings: list[tuple[float, float, float, float]]
    """Seconds to the replies to MAIL, RCPT, DATA and the final dot."""

class SessionFacts:
    """smtp::SessionFacts: what the handshake of a connection found out. One object for all letters of a connection."""

    @property
    def greeting(self) -> str: ...
    @property
    def server(self) -> str: ...
    @property
    def extensions(self) -> list[str]: ...
    @property
    def max_message_bytes(self) -> int | None: ...
    @property
    def limits(self) -> tuple[int | None, int | None, int | None]:
        """MAILMAX, RCPTMAX, RCPTDOMAINMAX (RFC 9422)."""
    @property
    def auth_mechanism(self) -> str: ...
    @property
    def tls(self) -> TlsFacts | None: ...
    @property
    def timings(self) -> dict[str, float]:
        """Seconds by dns, connect, tls, greeting, ehlo, auth."""

class TlsFacts:
    """smtp::TlsFacts without the channel bindings."""

    @property
    def version(self) -> str: ...
    @property
    def cipher(self) -> str: ...
    @property
    def resumed(self) -> bool: ...
    @property
    def verified(self) -> bool: ...
    @property
    def peer_subject(self) -> str: ...
    @property
    def peer_issuer(self) -> str: ...
    @property
    def peer_not_after(self) -> str: ...
    @property
    def server_name(self) -> str: ...

class LetterRequests:
    """smtp::LetterRequests. InputError names the field that is wrong (DSN RFC 3461, REQUIRETLS RFC 8689, MT-PRIORITY
    RFC 6710, DELIVERBY RFC 2852, FUTURERELEASE RFC 4865, BINARYMIME RFC 3030)."""

    def __init__(
        self,
        *,
        dsn_return: str = "",
        envelope_id: str = "",
        notify: Sequence[str] | None = None,
        original_recipients: Sequence[str] = (),
        require_tls: bool = False,
        priority: int | None = None,
        deliver_by: tuple[int, str, bool] | None = None,
        hold_for: float | None = None,
        hold_until: float | None = None,
        binary: bool = False,
    ) -> None:
        """`dsn_return`: full, headers or "". `notify`: of never, success, failure, delay. `deliver_by`: (seconds,
        notify or return, trace). `hold_until`: Unix seconds."""

class OutcomeQueue:
    """Where outcomes return. `fileno()` is an eventfd that is readable while something is there."""

    def __init__(self) -> None: ...
    def fileno(self) -> int: ...
    def wait(self, timeout: float, at_least: int = 1) -> bool:
        """Blocks without the GIL, in slices of 0.1 s that let Ctrl-C through, until something is there; for more than
        one it has the patience of the slice in which the first came."""

    def drain(self, max: int = 10_000) -> Batch: ...

class Journal:
    """INTENT and RESULT of each ticket in files that survive a crash of the process."""

    def __init__(self, path: str) -> None:
        """Creates the file; OSError where it exists or cannot be made."""

    @property
    def error(self) -> str: ...
    @property
    def size(self) -> int:
        """Bytes of the file that it is in now."""

    def continue_in(self, path: str) -> None:
        """Goes on in a new file; OSError where it exists or cannot be made, and it goes on in the old one."""

    @staticmethod
    def leave_to_parent(journal: Journal) -> None:
        """In a child made by fork: lets go of the parent's lock."""

    @staticmethod
    def replay(paths: Sequence[str]) -> tuple[Batch, list[int], bool]:
        """What is known (a batch), the tickets in doubt, and whether the files are damaged in the middle."""

class LanePause(TypedDict):
    """engine::Pause. `sender` None: of the whole account; times are Unix seconds."""

    sender: str | None
    failure: RawFailure
    since: float
    until: float

class LaneStatus(TypedDict):
    """How a lane stands now. `left` None: no limit; `must_ask`: tokens have to be asked for first. Where a limit is
    used up: `next_free` (Unix seconds) and `used_up` (most letters, window in seconds), as far as they are known.
    `most_connections`: that the server lets in, as far as it has shown. `paused`: why the whole account is."""

    queued: int
    in_flight: int
    connections: int
    most_connections: int
    left: int | None
    must_ask: bool
    next_free: float | None
    used_up: tuple[int, float] | None
    paused: RawFailure | None
    pauses: list[LanePause]

class Deadlines:
    """net::Deadlines; seconds."""

    def __init__(self) -> None: ...
    dns: float
    connect: float
    tls: float
    greeting: float
    command: float
    data_block: float
    final_reply: float

class TlsClientOptions:
    """net::TlsClientOptions."""

    def __init__(self) -> None: ...
    verify: bool
    verify_name: str
    ca_pem: str
    fallback_roots_file: str
    certificate_pem: str
    key_pem: str
    min_version: str
    resume: bool

class Proxy:
    """net::Proxy. `kind`: socks5 or http_connect."""

    def __init__(self) -> None: ...
    kind: str
    host: str
    port: int
    login: str
    password: str
    shown: str

class ProxyHeader:
    """smtp::ProxyHeader. `version`: 1 or 2."""

    def __init__(self) -> None: ...
    version: int
    source: str
    source_port: int
    destination: str
    destination_port: int

class SaslIdentity:
    """smtp::SaslIdentity."""

    def __init__(self) -> None: ...
    login: str
    password: str
    access_token: str
    authzid: str
    host: str
    port: int

class ClientOptions:
    """smtp::ClientOptions. `security`: none, starttls_if_offered, starttls or implicit_tls."""

    def __init__(self) -> None: ...
    security: str
    helo_name: str
    lmtp: bool
    identity: SaslIdentity
    mechanisms: list[str]
    client_certificate: bool
    allow_cleartext_auth: bool
    one_round_trip: bool
    chunking: bool
    without: list[str]
    xclient: list[tuple[str, str]]
    keep_transcript: bool
    provider: str

def machine_name(patience: float) -> str:
    """The machine's fully qualified name, "" where it has none; looked up once, waited for so many seconds at most."""

class Target:
    """net::Target. `shown`: the host as people write it, where that is not `host`."""

    def __init__(self) -> None: ...
    host: str
    port: int
    unix_path: str
    shown: str

class ConnectOptions:
    """net::ConnectOptions. `targets` is set as a whole."""

    def __init__(self) -> None: ...
    targets: list[Target]
    source_address: str
    proxy: Proxy | None
    proxy_header: ProxyHeader | None
    tls: TlsClientOptions
    deadlines: Deadlines
    session: ClientOptions

class SignerChoice:
    """engine::SignerChoice: who signs by the domain of From, `otherwise` where none fits."""

    def __init__(self, by_domain: Sequence[tuple[str, Sequence[Signer]]], otherwise: Sequence[Signer]) -> None: ...

def account_in_one_spelling(host: str, port: int, login: str) -> tuple[str, int, str]:
    """engine::in_one_spelling: whose letters a server counts together."""

class Hold(TypedDict):
    """engine::Hold. `limit`: (most letters, window in seconds). `wait`: seconds until a letter may go, as things stand;
    `at_least`: not before, even if all that may come back does."""

    limit: tuple[int, float] | None
    wait: float | None
    at_least: float

class TokenQueue:
    """engine::TokenQueue: what an AccountLimiter asks of a store. No call waits."""

    def __init__(self) -> None: ...
    def fileno(self) -> int: ...
    def take(self) -> tuple[int, list[tuple[float, int]]]:
        """Tokens that are asked for, and letters that are over: (seconds ago, letters)."""
    def wake(self) -> None: ...

class AccountLimiter:
    """engine::AccountLimiter; all of one account in this process count the same letters, and the limits of those that
    live hold for all. `limits`: (most letters, window in seconds). No call waits."""

    def __init__(self, host: str, port: int, login: str, limits: Sequence[tuple[int, float]]) -> None: ...
    @property
    def limits(self) -> list[tuple[int, float]]: ...
    @property
    def limited(self) -> bool:
        """Whether a letter may have to wait: for these limits or those of another limiter of the account."""
    @property
    def counting_since(self) -> float | None:
        """Unix seconds. What was sent later is counted already; None: nothing yet."""
    def sent_ago(self) -> list[float]:
        """How many seconds ago letters ended that were sent here, oldest first, as far as they still count."""

    def outlook(self, nth: int = 1) -> Hold | None:
        """What stands against the n-th letter from now on, as far as is known."""
    def set_source(self, source: TokenQueue | None) -> None:
        """From now on each letter also needs a token that `grant` gives."""
    def grant(self, tokens: int, valid_for: float) -> None: ...
    def refuse(self, limit: tuple[int, float], wait: float, at_least: float, again: float) -> None:
        """No token now; asks again after `again` seconds."""
    def renew(self, valid_for: float) -> None: ...
    def return_reserved(self) -> None: ...
    def held(self) -> tuple[int, int]:
        """Of the source's tokens: not used yet, and in flight."""

class LaneOptions:
    """engine::LaneOptions. `max_bytes`: of a letter with its signatures. What is inside is read and set in place:
    `options.connect.tls.verify = False`."""

    def __init__(self) -> None: ...
    name: str
    connect: ConnectOptions
    max_connections: int
    letters_per_connection: int
    idle: float
    cap_holds: float
    limiter: AccountLimiter | None
    signers: SignerChoice
    max_bytes: int | None

class Engine:
    """Lanes of pooled connections on one I/O thread."""

    def __init__(self) -> None: ...
    def add_lane(self, options: LaneOptions) -> int: ...
    def submit_prebuilt(
        self,
        lane: int,
        queue: OutcomeQueue,
        tickets: Sequence[int],
        mail_from: Sequence[str],
        rcpt_to: Sequence[Sequence[str]],
        data: Sequence[bytes | LetterBytes],
        all_or_nothing: bool = False,
        requests: Sequence[LetterRequests | None] | None = None,
        insists: bool = False,
    ) -> None:
        """`insists`: tried, once, where a pause holds others back."""

    def submit_merge(
        self,
        lane: int,
        queue: OutcomeQueue,
        journal: Journal | None,
        program: MergeProgram,
        mail_from: str,
        *,
        tickets: Sequence[int],
        to_address: Sequence[str],
        to_name: Sequence[str],
        message_id: Sequence[str],
        letter_id: Sequence[str] | None = None,
        columns: Sequence[Sequence[str]],
        attachments: Sequence[Sequence[Part]] | None = None,
    ) -> None:
        """One letter per row, rendered by the engine when a connection is free. `columns`: the values, column by
        column. All have one length."""

    def status(self, lane: int) -> LaneStatus: ...
    def remember_sent(self, lane: int, at: Sequence[float]) -> None: ...
    def cancel(self, queue: OutcomeQueue, first: int | None = None, count: int = 1) -> None:
        """Gives back what has not begun: all of the queue's letters, or `count` tickets from `first` on."""

    def check(self, lane: int, ticket: int, queue: OutcomeQueue, questions: Sequence[tuple[str, str]] = ()) -> None:
        """Connects, logs in, asks (noop, vrfy, expn, help or etrn; argument), says QUIT. The outcome has a row whose
        `reply` holds the answers' lines."""

    def resume(self, lane: int) -> bool:
        """Ends the lane's pauses."""

    def set_access_token(self, lane: int, token: str) -> None:
        """For connections to come; a lane that is paused for a refused token goes on."""
    def stop(self, grace: float = 0.0) -> None: ...

# --- sink --------------------------------------------------------------------------------------------------------

class StoredLetter:
    """A letter as the sink received it."""

    @property
    def id(self) -> int: ...
    @property
    def raw(self) -> bytes: ...
    @property
    def mail_from(self) -> str: ...
    @property
    def rcpt_to(self) -> list[str]: ...
    @property
    def mail_params(self) -> list[str]: ...
    @property
    def rcpt_params(self) -> list[list[str]]:
        """Of each recipient, as sent ("NOTIFY=NEVER")."""
    @property
    def bare_newlines(self) -> bool: ...
    @property
    def nul_octets(self) -> bool: ...
    @property
    def smtp_utf8(self) -> bool: ...
    @property
    def session_id(self) -> int: ...
    @property
    def client(self) -> tuple[str, int]: ...
    @property
    def helo(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def mechanism(self) -> str: ...
    @property
    def tls(self) -> tuple[str, str] | None: ...
    @property
    def transcript(self) -> str: ...
    @property
    def received(self) -> float: ...
    @property
    def subject(self) -> str:
        """Decoded; read from that one header."""
    @property
    def rules(self) -> list[str]: ...
    @property
    def bounce_of(self) -> int: ...
    @property
    def discarded(self) -> str: ...

class SinkSession(TypedDict):
    """One connection to the sink."""

    session_id: int
    client: tuple[str, int]
    helo: str
    user: str
    mechanism: str
    tls: tuple[str, str] | None
    transcript: str
    warnings: list[str]
    end: str
    opened: float
    closed: float
    letters: int
    rules: list[str]

class ServerExtensions:
    """smtp::ServerExtensions: what EHLO announces."""

    def __init__(self) -> None: ...
    pipelining: bool
    size: bool
    eight_bit_mime: bool
    smtp_utf8: bool
    enhanced_status_codes: bool
    dsn: bool
    chunking: bool
    binary_mime: bool
    require_tls: bool
    limits: bool
    mt_priority: bool
    deliver_by: bool
    etrn: bool
    vrfy: bool
    help: bool
    future_release: bool

class Leniency:
    """smtp::Leniency."""

    def __init__(self) -> None: ...
    bare_newlines: bool
    nul_octets: bool
    bare_lf_commands: bool
    missing_brackets: bool
    spaces_in_path: bool
    unknown_parameters: bool
    early_talk: bool
    bad_pipelining: bool
    bad_helo: bool

class ServerLimits:
    """smtp::ServerLimits."""

    def __init__(self) -> None: ...
    message_bytes: int
    recipients: int
    line_bytes: int
    errors: int
    auth_failures: int
    idle_commands: int
    commands: int
    letters: int
    recipient_domains: int
    transcript_bytes: int
    warnings: int

class ServerOptions:
    """smtp::ServerOptions."""

    def __init__(self) -> None: ...
    host_name: str
    lmtp: bool
    implicit_tls: bool
    require_tls: bool
    require_auth: bool
    mechanisms: list[str]
    extensions: ServerExtensions
    leniency: Leniency
    limits: ServerLimits

class ListenOptions:
    """net::ListenOptions; seconds, and bytes a second."""

    def __init__(self) -> None: ...
    host: str
    port: int
    unix_path: str
    certificate: CertificatePair
    certificates_by_name: dict[str, CertificatePair]
    client_ca_pem: str
    min_tls: str
    command_deadline: float
    letter_deadline: float
    write_deadline: float
    min_letter_rate: int
    max_sessions: int
    max_sessions_per_address: int
    proxies: list[str]
    xclient_from: list[str]
    session: ServerOptions

class SinkOptions:
    """sink::SinkOptions. What is inside is read and set in place: `options.listen.session.lmtp = True`."""

    def __init__(self) -> None: ...
    listen: ListenOptions
    users: dict[str, str]
    seed: int
    max_inbox_bytes: int
    allow: list[str]
    no_auth_from: list[str]
    etrn_replies: dict[str, str]
    authority: CertificatePair
    decide_letters: bool

class SinkCondition:
    """sink::Condition; `client`, `headers`, `schedule`, `where` and `listed` can only be set."""

    from_: str
    to: str
    user: str
    ehlo: str
    tls: bool | None
    from_is_user: bool | None
    subject: str
    attachments: list[str]
    missing_headers: list[str]
    min_bytes: int
    max_bytes: int
    any: list[SinkCondition]
    none: list[SinkCondition]
    client: Sequence[str]
    headers: Mapping[str, str]
    schedule: str
    where: Mapping[str, str]
    listed: Mapping[str, str]

    def __init__(self) -> None: ...

class SinkRule:
    """sink::Rule, its counting and its mischief; most can only be set."""

    name: str
    when: SinkCondition
    reply: str
    discard: bool
    close: bool
    go_on: bool
    bounce: str
    phase: str
    per: Sequence[str]
    nth: int
    times: int
    over: int
    odds: float
    within: float
    greylist: float
    delay: float
    tarpit: float
    bounce_after: float
    dribble: float
    half: bool
    reset: bool
    letter_rate: int
    hide: Sequence[str]
    tls_fault: str
    enlist: Mapping[str, str]

    def __init__(self) -> None: ...
    def add_change(self, name: str, by: float, for_each_recipient: bool) -> None: ...

class Sink:
    """sink::Sink. Filters are globs on one recipient and on MAIL FROM, and a substring of the decoded subject."""

    def __init__(self, options: SinkOptions) -> None:
        """Starts at once. OSError where the port cannot be had, InputError naming an option that is wrong."""

    @property
    def port(self) -> int: ...
    def add_user(self, login: str, password: str) -> None: ...
    def add_rule(self, rule: SinkRule) -> int:
        """InputError naming a field that is wrong."""

    def remove_rule(self, rule_id: int) -> bool: ...
    def clear_rules(self) -> None: ...
    def rule_hits(self, rule_id: int) -> int | None: ...
    def numbers(self) -> dict[str, float]: ...
    def set_number(self, name: str, value: float) -> None: ...
    def lists(self) -> dict[str, list[str]]: ...
    def set_list(self, name: str, values: Sequence[str]) -> None: ...
    def letters(self, to: str = "*", from_: str = "*", subject: str = "", after: int = 0) -> list[StoredLetter]:
        """Those of the inbox that pass; only those that came after the one of the id `after`."""

    def discarded(self) -> list[StoredLetter]: ...
    def wait(
        self, count: int, timeout: float, to: str = "*", from_: str = "*", subject: str = ""
    ) -> list[StoredLetter]:
        """Those that pass, fewer than `count` where time was over. Lets Ctrl-C through."""

    def sessions(self) -> list[SinkSession]: ...
    def undecided(self, timeout: float) -> list[StoredLetter]:
        """With `decide_letters`: blocks without the GIL until a letter waits for its verdict, at most `timeout` seconds
        (in slices that let Ctrl-C through); then all that wait. Empty when time is over or the sink is closed."""

    def decide_letters(self, ids: Sequence[int], replies: Sequence[str]) -> None:
        """A reply for each: "" accepts, "discard" accepts and keeps nothing, "550 5.7.1 No" refuses. They go out in
        one step; a letter that is accepted comes into the inbox now, with an id of the inbox's. Ids that are gone are
        passed over. InputError names a reply that is none; nothing is decided then."""

    def reload_certificate(self, certificate: CertificatePair, by_name: dict[str, CertificatePair] = ...) -> None:
        """For connections to come. InputError says which part cannot be read; the old ones stay then."""

    def clear(self) -> None: ...
    @property
    def received(self) -> int: ...
    @property
    def evicted(self) -> int: ...
    def advance_clock(self, seconds: float) -> None: ...
    def now(self) -> float: ...
    def close(self) -> None: ...

class CertificatePair(TypedDict):
    """PEM texts."""

    certificate_pem: str
    key_pem: str

def make_authority(common_name: str, hours: int) -> CertificatePair: ...
def make_server_certificate(authority: CertificatePair, names: Sequence[str], hours: int) -> CertificatePair: ...
def make_client_certificate(authority: CertificatePair, common_name: str, hours: int) -> CertificatePair: ...
