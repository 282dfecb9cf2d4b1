"""The application that the commands join, and what they have in common."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand

from vae import console

app = typer.Typer(
    name="vae",
    help="Variational autoencoders: train, measure, export. Every number is in nats per image.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

JsonOption = Annotated[bool, typer.Option("--json", help="Lines of JSON for machines.")]

SeedOption = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Same seed, same result.")]

F = TypeVar("F", bound=Callable[..., Any])


def command(what: str, *examples: str, name: str | None = None) -> Callable[[F], F]:
    """A function as a command of the application; the examples stand in its help, a line each."""
    shown = "\n".join(f"  $ python -m vae {example}" for example in examples)
    return app.command(name, cls=_Command, help=f"{what}\n\n\b\n{shown}")


class _Command(TyperCommand):
    """A command whose standard output is its results alone."""

    def invoke(self, ctx: Any) -> Any:
        with console.results_alone():
            return super().invoke(ctx)
