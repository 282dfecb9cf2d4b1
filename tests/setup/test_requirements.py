"""requirements.txt alone brings what the app and the command line import."""

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
OUR_OWN = {"app", "pages", "ui", "vae"}


def test_requirements_suffice() -> None:
    """Every import of the product is Python's, our own or a package that requirements.txt brings."""
    sources = [ROOT / "app.py", *(p for d in OUR_OWN for p in (ROOT / d).rglob("*.py"))]
    foreign = {
        name: str(path.relative_to(ROOT))
        for path in sources
        for name in imported(path)
        if name not in OUR_OWN | sys.stdlib_module_names
    }
    brought = closure((ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines())
    owners = metadata.packages_distributions()
    lacking = {
        name: path
        for name, path in foreign.items()
        if not brought & {canonicalize_name(owner) for owner in owners.get(name, ())}
    }
    assert lacking == {}


def imported(path: Path) -> Iterator[str]:
    """The top-level packages that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.partition(".")[0]


def closure(lines: Iterable[str]) -> set[str]:
    """The distributions that these requirements bring, and what those bring in turn."""
    stripped = (line.partition("#")[0].strip() for line in lines)
    waiting = [Requirement(line) for line in stripped if line]
    brought: set[str] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in brought and is_wanted(requirement):
            brought.add(name)
            waiting += map(Requirement, metadata.requires(name) or ())
    return brought


def is_wanted(requirement: Requirement) -> bool:
    """Whether this platform installs it without being asked for an extra."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})
