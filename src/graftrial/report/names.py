"""Names of files, the same for the same figure or table on every system."""

from __future__ import annotations

import re
import unicodedata


def file_name(name: str) -> str:
    """A file name that any system takes: letters, digits and hyphens."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^A-Za-z0-9_-]+", "-", ascii_only).strip("-")[:80] or "figure"
