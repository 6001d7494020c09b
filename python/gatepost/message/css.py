"""Style sheets moved into the elements, for mail clients that read no <style>."""

from __future__ import annotations

from ..errors import InputError


def inline_css(html: str) -> str:
    """Rules of <style> as style attributes; @media and the like stay where they are. Nothing is loaded from anywhere.

    Needs the extra gatepost[css]; InputError says so.
    """
    try:
        import css_inline
    except ImportError:
        raise InputError("inline_css: needs the package css-inline: pip install 'gatepost[css]'") from None
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True, keep_link_tags=True)
    try:
        return str(inliner.inline(html))
    except css_inline.InlineError as error:
        raise InputError(f"inline_css: {error}") from None
