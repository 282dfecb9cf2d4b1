"""What people typed, as Markdown that shows it as it was typed."""

import re

_JOINER = "\N{WORD JOINER}"
_SIGN = re.compile(r"[\\`*_$~<>\[\]|]|&(?=[#\w])|:(?=[a-zA-Z:])")
"""What Markdown, mathematics, HTML or a directive begins with, wherever it stands."""
_LINE_START = re.compile(r"^(\s*\d*)([#+=.)-])")
"""What makes a heading, a list or a rule of a line."""
_READ_AGAIN = re.compile(
    r"(?<=:)(?=[\w+-]+:|material/)"  # emoji, icons
    r"|(?<=\bhttp:)(?=//)|(?<=\bhttps:)(?=//)|(?<=\bwww)(?=\.)|(?<=[\w.+-])(?=@\w)"  # links
    r"|(?<=(?<!\S)[<>~-])(?=->?(?!\S)|[=>](?!\S))",  # arrows and signs
    re.IGNORECASE,
)


def as_plain_text(text: str) -> str:
    """A text of someone's as Markdown that shows it as it was typed, line by line.

    Streamlit reads more than Markdown: names of icons, emoji, colours and addresses of pages, even where
    their signs are escaped. An invisible sign, at which no line breaks, takes these apart.
    """
    lines = (_spaced(line) for line in text.strip().expandtabs(4).splitlines())
    return "\\\n".join(_LINE_START.sub(r"\1\\\2", _SIGN.sub(r"\\\g<0>", line)) for line in lines)


def _spaced(line: str) -> str:
    """A line with all of its spaces, and taken apart where Streamlit would replace something."""
    return _READ_AGAIN.sub(_JOINER, re.sub(r"^ |(?<= ) ", "\N{NO-BREAK SPACE}", line))
