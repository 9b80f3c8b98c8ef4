"""Scripts that a page carries, the policy that admits these and no others, and JSON that cannot end its element."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from importlib.resources import files

VENDORED = ("vega.min.js", "vega-lite.min.js", "vega-embed.min.js")


def scripts() -> tuple[str, ...]:
    """The scripts in the order in which they have to run."""
    vendor = files("graftrial.report").joinpath("vendor")
    libraries = [_without_map(vendor.joinpath(name).read_text(encoding="utf-8")) for name in VENDORED]
    own = files("graftrial.report").joinpath("templates").joinpath("page.js").read_text(encoding="utf-8")
    return (*libraries, own)


def policy(inline_scripts: Sequence[str]) -> str:
    """The content security policy: nothing is loaded, and only these scripts run, without eval."""
    hashes = " ".join(f"'{script_hash(each)}'" for each in inline_scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def script_hash(text: str) -> str:
    """The hash by which a policy names an inline script."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def embedded_json(value: object) -> str:
    """JSON that may stand in a script element: it can neither close it nor open a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    escaped = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return escaped.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _without_map(script: str) -> str:
    """A browser's tools would ask for the source map; nothing is ever asked for."""
    lines = [each for each in script.splitlines() if not each.startswith("//# sourceMappingURL")]
    return "\n" + "\n".join(lines) + "\n"
