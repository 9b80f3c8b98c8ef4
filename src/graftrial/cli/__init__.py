"""The command line. A command imports what it needs only when it runs, so that the start costs nothing."""

from graftrial.cli.commands import main

__all__ = ["main"]
