"""The application that the commands join, and what they have in common."""

from typing import Annotated

import typer

app = typer.Typer(
    name="vae",
    help="Variational autoencoders: train, measure, export. Every number is in nats per image.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

JsonOption = Annotated[bool, typer.Option("--json", help="Lines of JSON for machines.")]


def with_examples(what: str, *examples: str) -> str:
    """The help of a command, its examples in lines of their own."""
    return f"{what}\n\n\b\n" + "\n".join(f"  $ python -m vae {example}" for example in examples)
