"""A letter made from its fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.header import Header
from email.message import Message as StdlibMessage
from os import PathLike
from typing import Literal

from .. import _core, arguments, files
from ..errors import InputError
from .addresses import AddressField, AddressListSource, AddressSource, pairs, read_field, read_list, read_one
from .attachment import Attachment, AttachmentsSource, read_attachments, read_inline
from .base import BaseMessage
from .calendar import CalendarSource, read_calendar
from .css import inline_css as with_inline_css
from .dates import read_date
from .fields import HeaderSource, header_pairs
from .html_pieces import HtmlSource, read_html
from .inline_images import Pictures, take_pictures
from .message_id import answering, plain_id, read_ids, usable
from .parsed import ParsedMessage
from .plain_text import to_text
from .stdlib import from_email
from .words import decoded


class Message(BaseMessage):
    """A letter. Checked and composed when it is made; it does not change afterwards.

    Addresses are texts ("Иван <ivan@пример.рф>") or (name, address); `to`, `cc`, `bcc` and `reply_to` take one or a
    list, and groups: a Group, or "Команда: ivan@x.ru, olga@y.ru;". A name with a comma stands in quotes. `bcc` belongs
    to the envelope alone and stands in no header. What `email.utils.formataddr` and `email.header.Header` encode is
    decoded, in names, the subject and `headers`; the Header itself and the Address and Group of email.headerregistry
    are taken too.

    `html` is a page, or a list of pieces: html, DataFrames and figures (Matplotlib, Altair, Plotly), which become
    tables and inline pictures. Where `text` is not given it is made from the html; `text=False` leaves it out. `inline`
    maps the names that the html calls `cid:` to a path, bytes or Attachment. `inline_images=True` (or a folder, else
    the current one) makes inline parts of all pictures that the html names by a path below it or holds as data: URIs.
    Of pictures it takes <img src> and srcset, background, and url() in style attributes, not in style sheets. A `cid:`
    that names nothing is told by `warnings`. `inline_css=True` moves style sheets into the elements (needs
    gatepost[css]).

    `attachments` holds paths, Attachments or (name, bytes), or maps names to bytes or paths. `calendar` is an
    invitation: a Calendar, iCalendar text, or the path of an .ics file. `headers` adds further headers. `campaign_id`
    and `letter_id` become X-Campaign-Id and X-Letter-Id (Latin letters, digits, "_" and "-"). `list_unsubscribe` is a
    URL in ASCII or several, https and mailto; an https one is announced as one click (RFC 8058).
    `message_id` (see `stable_message_id`) and `date` (datetime, which keeps its zone, Unix seconds, or the text of a
    Date header) are made where they are not given. `in_reply_to` is the letter that this one answers, or its
    Message-ID; `references` are the ids of the thread, which a letter given as `in_reply_to` brings along, but for
    those that no letter may have.

    `bytes(message)` is exactly what goes on the wire before dot-stuffing, the same each time. InputError names the
    field that is wrong: controls such as line feeds are refused in every name, value and address. The bytes that it
    counts are those of UTF-8, the first is byte 0; so is the first of a list: to[0].
    """

    def __init__(
        self,
        *,
        from_: AddressSource,
        to: AddressListSource | None = None,
        cc: AddressListSource | None = None,
        bcc: AddressListSource | None = None,
        reply_to: AddressListSource | None = None,
        subject: str | Header | None = "",
        text: str | Literal[False] | None = None,
        html: HtmlSource | None = None,
        inline: Mapping[str, str | PathLike[str] | bytes | Attachment] | None = None,
        attachments: AttachmentsSource | None = None,
        headers: HeaderSource | None = None,
        campaign_id: str | None = None,
        letter_id: str | None = None,
        list_unsubscribe: str | Sequence[str] | None = None,
        message_id: str | None = None,
        date: datetime | float | str | None = None,
        sender: AddressSource | None = None,
        in_reply_to: BaseMessage | str | Header | Iterable[str | Header] | None = None,
        references: str | Header | Iterable[str | Header] | None = None,
        calendar: CalendarSource | None = None,
        inline_images: bool | str | PathLike[str] = False,
        inline_css: bool = False,
    ) -> None:
        self._from = read_one("from_", from_)
        self._sender = None if sender is None else read_one("sender", sender)
        lists = {"to": read_field("to", to), "cc": read_field("cc", cc), "reply_to": read_field("reply_to", reply_to)}
        self._to, self._cc, self._reply_to = (one.addresses for one in lists.values())
        self._bcc = read_list("bcc", bcc)
        self._subject = "" if subject is None else decoded("subject", subject)
        self._read_bodies(text, html, read_inline(inline), inline_images, inline_css)
        self._attachments = read_attachments(attachments)
        invitation = read_calendar(calendar)
        if invitation and invitation.attach:
            self._attachments.append(invitation.attachment())
        self._message_id = plain_id(message_id) or _core.make_message_id(self._from.address)
        self._date, self._date_zone = read_date(date)
        if isinstance(in_reply_to, BaseMessage):
            if references is None:
                references = usable(answering(in_reply_to.message_id, in_reply_to.references))
            in_reply_to = usable([in_reply_to.message_id])
        self._raw = self._compose(
            lists,
            headers=header_pairs(headers),
            campaign_id=_text("campaign_id", campaign_id),
            letter_id=_text("letter_id", letter_id),
            list_unsubscribe=_urls("list_unsubscribe", list_unsubscribe),
            in_reply_to=read_ids("in_reply_to", in_reply_to),
            references=read_ids("references", references),
            alternatives=[invitation.part()] if invitation else [],
        )

    def _read_bodies(
        self,
        text: str | Literal[False] | None,
        html: HtmlSource | None,
        inline: dict[str, Attachment],
        inline_images: bool | str | PathLike[str],
        inline_css: bool,
    ) -> None:
        arguments.flag("inline_css", inline_css)
        pictures = Pictures(inline)
        page = read_html(html, pictures)
        if text is None or text is False:
            self._text = None if page is None or text is False else to_text(page) or None
        else:
            self._text = arguments.text("text", text)
        if page is not None and inline_css:
            page = with_inline_css(page)
        if page is not None and inline_images is not False:
            page = take_pictures(page, "." if inline_images is True else inline_images, pictures)
        self._html = page
        self._inline = pictures.parts

    def _compose(
        self,
        lists: Mapping[str, AddressField],
        *,
        headers: list[tuple[str, str]],
        campaign_id: str,
        letter_id: str,
        list_unsubscribe: str,
        in_reply_to: list[str],
        references: list[str],
        alternatives: list[_core.Part],
    ) -> _core.LetterBytes:
        inline_parts = []
        for cid, one in self._inline.items():
            with arguments.named(f"inline[{cid!r}]"):
                inline_parts.append(one.part(cid))
        if inline_parts and self._html is None:
            raise InputError("inline: there is no html to show it; `attachments` is for files")
        attached = []
        for i, one in enumerate(self._attachments):
            with arguments.named(f"attachments[{i}]"):
                attached.append(one.part())
        content = _core.LetterContent(
            from_=(self._from.name, self._from.address),
            sender=(self._sender.name, self._sender.address) if self._sender else None,
            to=pairs(self._to),
            cc=pairs(self._cc),
            reply_to=pairs(self._reply_to),
            subject=self._subject,
            text=self._text,
            html=self._html,
            inline_parts=inline_parts,
            attachments=attached,
            headers=headers,
            message_id=self._message_id,
            date=self._date,
            date_zone=self._date_zone,
            campaign_id=campaign_id,
            letter_id=letter_id,
            list_unsubscribe=list_unsubscribe,
            alternatives=alternatives,
            in_reply_to=in_reply_to,
            references=references,
            to_groups=lists["to"].groups,
            cc_groups=lists["cc"].groups,
            reply_to_groups=lists["reply_to"].groups,
        )
        return _core.compose(content)

    @staticmethod
    def parse(raw: bytes) -> ParsedMessage:
        """Reads a letter from any bytes; never fails, `warnings` says what was odd."""
        return ParsedMessage(raw)

    @staticmethod
    def from_email(message: StdlibMessage) -> ParsedMessage:
        """From the standard library's EmailMessage, or an older MIMEText and the like, of any policy: its structure and
        headers stay, written from their own values, and what machines read in them is never encoded. The envelope is
        that of smtplib's send_message: Sender before From, a block of Resent- headers before both; Bcc moves to it, and
        of a header that stands twice the first counts. A Message-ID and Date are added where they are missing. Bodies
        with 8-bit bytes or overlong lines are encoded, except where they are signed or forwarded.

        InputError where there is no usable From, several blocks of Resent- headers, or a header that holds a line end
        or another control character."""
        return from_email(message)

    @staticmethod
    def load(path: str | PathLike[str]) -> ParsedMessage:
        """Reads an .eml file, byte for byte. OSError where it cannot be read, InputError where it is no such file."""
        with arguments.named("path"):
            return Message.parse(files.read_bytes(arguments.path("path", path)))


def _urls(name: str, value: str | Sequence[str] | None) -> str:
    """One URL or several, as the core takes them."""
    urls = arguments.one_or_several(arguments.text)(name, value) if value is not None else []
    for url in urls:
        if any(map(str.isspace, url)):
            raise InputError(f"{name}: {url!r} has white space in it; URLs have none")
    return " ".join(urls)


def _text(name: str, value: str | None) -> str:
    """A field that may be left out."""
    return "" if value is None else arguments.text(name, value)
