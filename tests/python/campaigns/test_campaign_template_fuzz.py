"""The template compiler with any source: a part, or InputError; with any row: text, or RowError.

Jinja2's sandbox bounds range() and what a template can reach. It does not bound time or memory: "x" * 10**9,
9 ** (9 ** 9), loops in loops and center(10**9) cost what they cost, as any program of the user's own; nor the time to
compile a few hundred operators, each inside of the next ("{{ --...--a }}"), until they are too many and refused.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_campaign_merge import ROWS, sources

from gatepost import InputError
from gatepost.campaigns import Template
from gatepost.campaigns.template import jinja
from gatepost.campaigns.template.jinja import Part, RowError, compile_part

PIECES = [
    "{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", "{{-", "-}}", "{%+", "+%}", "#", "%", "{", "}", "'", '"',
    "\\", "\n", "\r\n", "\0", "\t", "if", "elif", "else", "endif", "for", "in", "recursive", "endfor", "set",
    "endset", "macro", "endmacro", "call", "endcall", "filter", "endfilter", "block", "endblock", "raw", "endraw",
    "with", "endwith", "scoped", "required", "autoescape", "endautoescape", "extends", "include", "import", "from",
    "as", "ignore missing", "do", "break", "a", "b", "row", "loop", "self", "caller", "super", "varargs",
    "namespace", "cycler", "joiner", "lipsum", "имя", "ªb", "ﬁ", "𝔞", "е́", "\u202e", "\ud83d", "\ude00", "class",
    "None", "none", "true", "not", "and", "or", "is", "defined", "0", "1", "1_0", "1e999", "1.5", "0x1f",
    "9" * 5000, "range(10**9)", "range(-1)", "'\\ud800'", "'\\x'", "(", ")", "[", "]", ":", ",", ".", "|", "~", "+",
    "-", "*", "/", "//", "=", "==", "!=", "<", "<=", "e", "default", "map", "attr", "__class__", "__init__",
    "__debug__", "tojson", "nope", " ",
]  # fmt: skip
# What grows without measure is left to the tests below.
SLOW = ("**", "lipsum")


def soup() -> st.SearchStrategy[str]:
    """Words of the language in any order, and any other text between them."""
    return st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=40).map("".join)


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """A good template with pieces cut out, doubled, swapped and put in."""
    source = draw(sources())
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(source)))
        end = min(len(source), begin + draw(st.integers(0, 12)))
        match draw(st.sampled_from(["cut", "double", "put in", "swap"])):
            case "cut":
                source = source[:begin] + source[end:]
            case "double":
                source = source[:end] + source[begin:]
            case "put in":
                source = source[:begin] + draw(st.sampled_from(PIECES)) + source[begin:]
            case _:
                source = source[end:] + source[begin:end] + source[:begin]
    return source


def compiled(source: str, escapes: bool) -> Part | None:
    try:
        return compile_part("text", source, escapes)
    except InputError as error:
        assert str(error).startswith("template, text")
        return None


def check(source: str, row: dict[str, Any], escapes: bool) -> None:
    part = compiled(source, escapes)
    if part is None:
        return
    try:
        assert type(part.render(row)) is str
    except RowError as error:
        assert str(error).startswith("text: ")


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.one_of(soup(), mutants()).filter(lambda source: not any(word in source for word in SLOW)), ROWS, st.booleans()
)
@example("{{ " + "9" * 5000 + " }}", {}, False)
@example("{{ '\0' }}\0{{ a }}", {"a": "\0"}, True)
@example("{{ 1e999|int }}", {}, False)
@example("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", {}, True)
@example("{% for x in a recursive %}{{ loop(a) }}{% endfor %}", {"a": [1]}, False)
@example("{% include [] %}{{ range(10**9)|list }}", {}, False)
@example("{% for x in range(10**9) %}{% endfor %}", {}, False)
@example("{{ ''.__class__.__mro__ }}{{ row.__init__.__globals__ }}", {}, False)
def test_any_source_is_a_part_or_an_input_error_and_any_row_a_text_or_a_row_error(
    source: str, row: dict[str, Any], escapes: bool
) -> None:
    check(source, row, escapes)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(soup(), soup(), soup())
def test_a_template_of_any_parts_is_made_or_refused(subject: str, text: str, html: str) -> None:
    try:
        template = Template(subject=subject, text=text, html=html, attachments=[text])
    except InputError as error:
        assert str(error).startswith("template, ")
    else:
        assert set(template.parts) == {"subject", "text", "html"} and isinstance(template.fields, set)


# Each in another place of the lexer, the parser, the tree walks or the compilers of Jinja2 and Python.
NESTED = {
    "parentheses": ("{{ " + "(" * 50_000 + "a" + ")" * 50_000 + " }}", True),
    "lists": ("{{ " + "[" * 50_000 + "]" * 50_000 + " }}", True),
    "dictionaries": ("{{ " + "{1:" * 50_000 + "a" + "}" * 50_000 + " }}", True),
    "ifs": ("{% if a %}" * 5000 + "{% endif %}" * 5000, True),
    "ifs that Python's compiler refuses": ("{% if a %}" * 120 + "{% endif %}" * 120, True),
    "elifs": ("{% if a %}" + "{% elif a %}" * 5000 + "{% endif %}", True),
    "loops that Python's compiler refuses": ("{% for x in a %}" * 30 + "{% endfor %}" * 30, True),
    "signs": ("{{ " + "-" * 50_000 + "a }}", True),
    "negations": ("{{ " + "not " * 50_000 + "a }}", True),
    "sums": ("{{ a" + "+a" * 50_000 + " }}", True),
    "sums of constants": ("{{ 1" + "+1" * 50_000 + " }}", True),
    "choices": ("{{ " + "a if a else " * 50_000 + "a }}", True),
    "filters": ("{{ a" + "|e" * 50_000 + " }}", True),
    "attributes": ("{{ a" + ".b" * 50_000 + " }}", True),
    "calls": ("{{ a" + "()" * 50_000 + " }}", True),
    "braces of no end": ("{{" * 50_000, True),
    "blocks": ("{% block a %}" * 5000, True),
    "joined values": ("{{ a" + "~a" * 500 + " }}", False),
}


@pytest.mark.parametrize("name", NESTED)
@pytest.mark.parametrize("escapes", [False, True])
def test_what_is_nested_deeply_is_refused_in_words(name: str, escapes: bool) -> None:
    source, refused = NESTED[name]
    part = compiled(source, escapes)
    assert (part is None) is refused
    if part is not None:
        assert part.render({"a": "x"}) == "x" * 501


DEEP_STACK = """
import sys
from gatepost import InputError
from gatepost.campaigns.template.jinja import compile_part
sys.setrecursionlimit(10_000)  # as notebooks and test runners may set it
for source in ("{{ " + "(" * 900 + "a" + ")" * 900 + " }}", "{{ a" + "+a" * 120 + " }}", "{{ " + "-" * 60 + "a }}"):
    try:
        compile_part("text", source)
    except InputError as error:
        print(str(error).split(":")[0])
    else:
        print("template, text")
"""


def test_deep_nesting_does_not_end_the_interpreter_where_its_recursion_limit_is_higher() -> None:
    done = subprocess.run([sys.executable, "-c", DEEP_STACK], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.split("\n")) == (0, ["template, text"] * 3 + [""]), done.stderr[-2000:]


MEMORY = """
import resource
from gatepost.campaigns.template.jinja import RowError, compile_part
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
for source in ("{{ a.ljust(10**10) }}", "{{ 'x'.center(10**10) }}", "{{ a.zfill(10**10) }}"):
    try:
        compile_part("text", source).render({"a": "x"})
    except RowError as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits its own memory, as Linux does it")
def test_more_memory_than_there_is_is_an_error_of_the_row_in_words() -> None:
    done = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, timeout=120)
    refused = "text: takes more memory than there is"
    assert (done.returncode, done.stdout.split("\n")) == (0, [refused] * 3 + [""]), done.stderr[-2000:]


def test_a_constant_that_memory_does_not_hold_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def compile_without_memory(*given: object) -> None:
        raise MemoryError

    monkeypatch.setattr(jinja, "split", compile_without_memory)
    with pytest.raises(InputError, match="template, text: takes more memory than there is"):
        compile_part("text", "{{ a }}")
