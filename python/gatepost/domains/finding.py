"""What a look at a domain's DNS has shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import Any, Literal

from ..arguments import line
from ..codes import Category
from ..shown import shown

_LONGEST = 255  # RFC 1035 §3.3
Severity = Literal["ok", "note", "warning", "error", "unknown"]
"""note: better with it; warning: works, but not for long or not everywhere; error: letters will be refused;
unknown: the DNS did not answer."""


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A record to publish. `type`: "TXT", "MX", "PTR", "A" or "AAAA".

    `name` and `value` are plain, as a provider's web form wants them: no quotes, no final dots.
    """

    name: str
    type: str
    value: str

    @property
    def zone_line(self) -> str:
        """The record as a zone file writes it (RFC 1035 §5.1), complete with quotes and final dots."""
        value = self.value
        if self.type == "TXT":
            value = _strings(value.encode())
        elif self.type in ("MX", "PTR"):
            value += "."
        return f"{self.name}. {self.type} {value}"

    def __str__(self) -> str:
        return f"{self.name} {self.type} {self.value}"


def _strings(text: bytes) -> str:
    """In strings of at most 255 octets; whatever is not printable ASCII as \\DDD."""
    quoted = [f'"{_escaped(text[at : at + _LONGEST])}"' for at in range(0, len(text), _LONGEST)]
    return f"( {' '.join(quoted)} )" if len(quoted) > 1 else "".join(quoted) or '""'


def _escaped(text: bytes) -> str:
    return "".join(
        f"\\{chr(octet)}" if octet in b'"\\' else chr(octet) if 0x20 <= octet < 0x7F else f"\\{octet:03}"
        for octet in text
    )


@dataclass(frozen=True, slots=True)
class ExpectedReply:
    """What servers answer where it is missing: the category that `gatepost.explain` gives, and the words of one."""

    category: Category
    reply: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a domain. `topic`: "SPF", "DKIM", "DMARC", "MX", "MTA-STS", "TLS-RPT" or "PTR".

    `message`: a sentence. `record`: what to publish, where something is to be published. `replies`: what it will cost.
    """

    topic: str
    severity: Severity
    message: str
    record: DnsRecord | None = None
    replies: tuple[ExpectedReply, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.topic:<8} {self.severity}: {self.message}"]
        if self.record is not None:
            lines.append(f"         publish: {self.record.zone_line}")
        lines += [f"         otherwise: {one.category.value}, like {one.reply!r}" for one in self.replies]
        return shown("\n".join(lines))

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        plain = asdict(self)
        if self.record is not None:
            plain["record"]["zone_line"] = self.record.zone_line
        plain["replies"] = [{"category": one.category.value, "reply": one.reply} for one in self.replies]
        return plain


@dataclass(frozen=True, slots=True)
class DomainReport:
    """All that was found of one domain. `domain` is in wire form. `str()` is the report in words, with each
    record as a zone file writes it.
    """

    domain: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing will make servers refuse its letters, as far as the DNS answered."""
        return not any(one.severity in ("error", "unknown") for one in self.findings)

    def about(self, topic: str) -> list[Finding]:
        """The findings of one topic: `report.about("SPF")`."""
        line("topic", topic)
        return [one for one in self.findings if one.topic == topic]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {"domain": self.domain, "ok": self.ok, "findings": [one.to_dict() for one in self.findings]}

    def __str__(self) -> str:
        state = "ready to send" if self.ok else "not ready to send"
        return "\n".join([f"{self.domain}: {state}", *(str(one) for one in self.findings)])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(one.topic)}</td><td>{one.severity}</td><td>{escape(one.message)}</td>"
            f"<td><code>{escape(str(one.record or ''))}</code></td>"
            f"<td>{'<br>'.join(escape(f'{each.category.value}: {each.reply}') for each in one.replies)}</td></tr>"
            for one in self.findings
        )
        head = "".join(f"<th>{name}</th>" for name in ("topic", "", "what", "publish", "otherwise"))
        return f"<table><caption>{escape(self.domain)}</caption><tr>{head}</tr>{rows}</table>"
