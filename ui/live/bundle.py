"""The files for the browser as the texts that a component takes.

Streamlit wants a component's script whole. Every file stays a proper module, and is wrapped in a
function here; what it exports becomes known to the files after it. Importing another kind of file
gives its bytes in base64.
"""

import base64
import posixpath
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "browser"

_IMPORT = re.compile(r'^import (?:\{[^}]*\}|(?P<name>\w+)) from "(?P<file>\.[\w./-]+)";.*\n', re.M)
_EXPORT = re.compile(r"^export (?:async )?(?:function|class|const|let) (\w+)", re.M)
_DEFAULT = re.compile(r"^export default ", re.M)


def text(*files: str) -> str:
    """The contents of files, one after the other; for html and css."""
    return "".join((FOLDER / file).read_text(encoding="utf-8") for file in files)


@cache
def script(*entries: str) -> str:
    """The files named, preceded by all that they import, each once; the last may have a default."""
    parts: dict[str, str] = {}
    for entry in entries:
        _collect(entry, parts)
    return "\n".join(parts.values())


def _collect(file: str, parts: dict[str, str]) -> None:
    if file in parts:
        return
    text = (FOLDER / file).read_text(encoding="utf-8")
    for found in _IMPORT.finditer(text):
        other = posixpath.normpath(posixpath.join(posixpath.dirname(file), found["file"]))
        if found["name"]:
            content = base64.b64encode((FOLDER / other).read_bytes()).decode()
            parts[other] = f'const {found["name"]} = "{content}";'
        else:
            _collect(other, parts)
    parts[file] = _wrapped(_IMPORT.sub("", text))


def _wrapped(text: str) -> str:
    """A module as a statement that defines what it exports."""
    names = _EXPORT.findall(text)
    body = _EXPORT.sub(lambda found: found[0].removeprefix("export "), text)
    default = _DEFAULT.search(text) is not None
    body = _DEFAULT.sub("const _default = ", body)
    given = ", ".join([*names, *(["_default"] if default else [])])
    end = "\nexport default _default;" if default else ""
    return f"const {{ {given} }} = (() => {{\n{body}\nreturn {{ {given} }};\n}})();{end}"
