"""Endpoints and safety counts: derived tables to one row per number."""

from graftrial.analyse.results import Results, collect
from graftrial.analyse.run import run

__all__ = ["Results", "collect", "run"]
