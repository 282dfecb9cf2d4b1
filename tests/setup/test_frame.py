"""What a person sees when a page fails."""

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui import frame as the_frame

FRAME = Path(the_frame.__file__)


def page_that_fails(message: str, *, ours: bool) -> None:
    """A page inside the frame's care; it has to stand by itself, AppTest copies its source."""
    from ui import frame  # noqa: PLC0415
    from vae.errors import ConfigError  # noqa: PLC0415

    with frame.errors_shown():
        raise RuntimeError(message) if ours else ConfigError(message)


def shown(message: str, *, ours: bool) -> str:
    """The one error box that such a page shows."""
    app = AppTest.from_function(page_that_fails, args=(message,), kwargs={"ours": ours}).run()
    assert not app.exception
    (box,) = app.error
    return box.value


def test_the_frame_says_nothing_itself() -> None:
    """A string that stands alone in the script of the app is drawn, unless it is the first."""
    _, *rest = ast.parse(Path(the_frame.__file__).read_text(encoding="utf-8")).body
    assert [node for node in rest if isinstance(node, ast.Expr)] == []


def test_mendable_error_is_shown() -> None:
    """A person's mistake is shown as it was worded."""
    message = "1,024 latent units are more than 256. Choose 1 to 256."
    assert shown(message, ours=False) == message


def test_message_is_no_markdown() -> None:
    """A path or a formula keeps its signs, a price does not become mathematics."""
    assert shown("runs/*/a costs $1 or $2", ours=False) == r"runs/\*/a costs \$1 or \$2"


def test_our_own_fault_is_calm(caplog: pytest.LogCaptureFixture) -> None:
    """A bug is a sentence on the page and whole in the log."""
    text = shown("secret detail", ours=True)
    assert "secret detail" not in text
    assert text == the_frame.OURS
    assert "RuntimeError: secret detail" in caplog.text


def test_misfit_at_import_is_explained() -> None:
    """The failing import of torchvision says what to reinstall."""
    assert "uninstall" in shown("operator torchvision::nms does not exist", ours=True)


def test_what_describes_the_code_is_not_shown() -> None:
    """No string that stands beside a name of the script appears on the page."""
    script = ast.parse(FRAME.read_text(encoding="utf-8"))
    said = {
        each.value.value
        for each in script.body
        if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
    }
    page = AppTest.from_file(str(FRAME), default_timeout=300).run()
    assert said
    assert not said & {shown.value for shown in page.markdown}
