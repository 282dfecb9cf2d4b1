"""The compiled kernel, and the script that carries it."""

from wasmtime import wat2wasm

from ui.live.bundle import FOLDER, script


def test_binary_is_that_of_its_source() -> None:
    """The binary in the repository is what its text compiles to."""
    text = (FOLDER / "engine/kernel.wat").read_text(encoding="utf-8")
    assert wat2wasm(text) == (FOLDER / "engine/kernel.wasm").read_bytes()


def test_script_is_whole() -> None:
    """Every module is in it once, before those that use it, and nothing is left to import."""
    text = script("explorer/explorer.js")
    assert "\nimport " not in text
    assert text.count("class Network") == 1
    assert text.index("class Network") < text.index("new Network")
    assert text.count("export ") == text.count("export default _default;") == 1
