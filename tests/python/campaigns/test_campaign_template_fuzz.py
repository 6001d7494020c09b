"""The template compiler with any source: a part, or InputError; with any row: text, or RowError.

Rendering is bounded in steps, characters and seconds. The time to compile a few hundred operators, each inside of the
next ("{{ --...--a }}"), is not, until they are too many and refused.
"""

from __future__ import annotations

import json
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
@given(st.one_of(soup(), mutants()), ROWS, st.booleans())
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
        assert str(error).startswith(("template, ", "subject: ", "text: ", "html: ", "attachments"))
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


# Each would take more memory, or more time, than there is.
HUGE = {
    "padding": "{{ a.ljust(10**10) }}",
    "padding by a filter": "{{ 'x'|center(10**10) }}",
    "zeros": "{{ a.zfill(10**10) }}",
    "repetition": "{{ 'x' * 10**10 }}",
    "powers": "{{ 9 ** (9 ** 9) }}",
    "a width": "{{ '%1000000000d' % 1 }}",
    "a width out of an argument": "{{ '%*d' % (10**9, 1) }}",
    "a width of format": "{{ '{:1000000000}'.format(1) }}",
    "a width of format out of an argument": "{{ '{:{w}}'.format(1, w=10**9) }}",
    "replacing": "{{ ('x' * 10**5)|replace('x', 'y' * 10**5) }}",
    "replacing by a method": "{{ ('x' * 10**5).replace('', 'y' * 10**5) }}",
    "joining": "{{ range(10**5)|join('y' * 10**5) }}",
    "joining by a method": "{{ ('y' * 10**5).join(['x'] * 10**5) }}",
    "indenting": "{{ ('x\n' * 10**5)|indent(10**5) }}",
    "tabs": "{{ ('\t' * 10**5).expandtabs(10**6) }}",
    "doubling": "{% set n = namespace(x='x') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x }}",
    "adding": "{% set n = namespace(x='x') %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}{{ n.x }}",
    "nesting": "{% set n = namespace(x=1) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}",
    "a list of itself": "{% set l = [] %}{% set _ = l.append(l) %}{{ l|tojson }}",
    "loops in loops": "{% for i in range(10**5) %}{% for j in range(10**5) %}{% endfor %}{% endfor %}",
    "loops in loops whose filter lets nothing through":
        "{% for i in range(10**5) %}{% for j in range(10**5) if j < 0 %}{% endfor %}{% endfor %}",
    "loops that write": "{% for i in range(10**5) %}{% for j in range(10**5) %}xxxxxxxxxx{% endfor %}{% endfor %}",
    "calls": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "map": "{{ range(10**5)|map('center', 10**6)|join }}",
    "filler": "{{ lipsum(10**9) }}",
    "a recursive loop":
        "{% for x in range(9) recursive %}{% if loop.depth < 60 %}{{ loop(range(9)) }}{% endif %}{% endfor %}",
}  # fmt: skip

RENDER = """
import json, resource, sys
from gatepost.campaigns.template.jinja import RowError, compile_part
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
for name, source in json.load(sys.stdin).items():
    try:
        said = "a text of " + str(len(compile_part("text", source).render({"a": "x"})))
    except RowError as error:
        said = str(error)
    print(json.dumps([name, said]), flush=True)
"""


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    """What each became, in a process that may take 2 GiB."""
    done = subprocess.run(
        [sys.executable, "-c", RENDER], input=json.dumps(HUGE), capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(line) for line in done.stdout.splitlines())


@pytest.mark.skipif(sys.platform != "linux", reason="limits its own memory, as Linux does it")
@pytest.mark.parametrize("name", HUGE)
def test_a_template_that_would_grow_without_end_is_an_error_of_the_row_in_words(
    name: str, said: dict[str, str]
) -> None:
    assert said[name].startswith(("text: a result of over", "text: over"))


def test_what_letters_are_made_of_stays_within_the_bounds() -> None:
    source = (
        "{% for x in items %}{{ loop.index }}/{{ loop.length }} {{ x.name|upper }}{% if not loop.last %}, {% endif %}"
        "{% endfor %}{{ items|map(attribute='name')|join('; ') }}{{ '%05.1f' % 3.14159 }}{{ items|length * 2 }}"
    )
    row = {"items": [{"name": f"товар {n}"} for n in range(2000)]}
    text = compile_part("text", source).render(row)
    assert text.endswith("003.14000") and "2000/2000 ТОВАР 1999товар 0; " in text


def test_a_constant_that_memory_does_not_hold_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def compile_without_memory(*given: object) -> None:
        raise MemoryError

    monkeypatch.setattr(jinja, "split", compile_without_memory)
    with pytest.raises(InputError, match="template, text: takes more memory than there is"):
        compile_part("text", "{{ a }}")
