"""The command itself: everything that goes wrong becomes one line."""

from __future__ import annotations

import os
from typing import Any

import click


class Commands(click.Group):
    """Turns what we raise into one line on standard error and exit 1; usage errors exit 2."""

    def invoke(self, ctx: click.Context) -> Any:
        from knowledge.errors import ClausierError

        try:
            return super().invoke(ctx)
        except ClausierError as error:
            click.echo(f"clausier: {error}", err=True)
            raise SystemExit(1) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="clausier")
def main() -> None:
    """A bilingual legal assistant over a clause knowledge base for IT-services contracts."""
    # our products of matrix and vector are too small to be shared out; must be said before numpy is imported
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
