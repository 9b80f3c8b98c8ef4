"""Identity panel, custody and time from thaw to infusion of each batch, and all batches together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from graftrial.analyse.medians import median_of
from graftrial.analyse.results import Result
from graftrial.clinical.cell_product.specification import specifications
from graftrial.derive import Derived
from graftrial.derive.derived import row_key
from graftrial.derive.product_release import OPEN, plain_test
from graftrial.intake.table import Tables

LIMITS = "cell_product.within_limits@1"
VERDICTS = ("passed", "failed", "pending", OPEN)
Sources = Mapping[str, tuple[str, ...]]


def identity_panels(derived: Derived) -> list[Result]:
    """`product.identity_panel.<product>` and `product.criterion.<criterion>.<product>`: each with its verdict."""
    by_test = _keys_by_test(derived.frame("release_tests"))
    panel = derived.frame("identity_panel")
    markers = {each.id: each.any_of for named in specifications().values() for each in named.criteria}
    criteria = [_criterion(row, markers, by_test) for row in panel.iter_rows(named=True)]
    used: dict[str, list[str]] = {}
    for row, result in zip(panel.iter_rows(named=True), criteria, strict=True):
        used.setdefault(row["product_id"], []).extend(result.sources)
    batches = derived.frame("products").iter_rows(named=True)
    return [*(_panel(row, used.get(row["product_id"], ())) for row in batches), *criteria]


def _keys_by_test(tests: pl.DataFrame) -> Mapping[tuple[str, str], str]:
    named = tests.select("product_id", plain_test(pl.col("test")).alias("name"), key=row_key("product_tests"))
    return {(product, name): key for product, name, key in named.iter_rows()}


def _criterion(
    row: Mapping[str, object], markers: Mapping[str, Sequence[str]], keys: Mapping[tuple[str, str], str]
) -> Result:
    product, verdict = str(row["product_id"]), str(row["panel_verdict"])
    names = [each.lower().replace("-", "").replace("_", "") for each in markers[str(row["criterion"])]]
    known = verdict != OPEN
    return Result(
        key=f"product.criterion.{row['criterion']}.{product}",
        value=verdict if known else None,
        label=f"{row['text']}, {product}",
        group="product.criterion",
        n=int(known),
        denominator=1,
        not_assessable=int(not known),
        method=f"{row['specification']}; either marker of a pair is enough",
        warnings=(str(row["panel_reason"]),) if row["panel_reason"] else (),
        rules=(LIMITS,),
        sources=tuple(keys[product, name] for name in names if (product, name) in keys),
    )


def _panel(row: Mapping[str, object], sources: Sequence[str]) -> Result:
    product, verdict = row["product_id"], str(row["identity"])
    known = verdict != OPEN
    named = [
        f"{each}: {row[f'identity_{each}']}" for each in ("failed", "pending") if row[f"identity_{each}"]
    ]
    if row["identity_open"]:
        named.append(f"{OPEN}: {row['identity_open']}")
    if row["identity_reason"]:
        named.append(str(row["identity_reason"]))
    n = row["n_criteria"]
    return Result(
        key=f"product.identity_panel.{product}",
        value=verdict if known else None,
        label=f"identity criteria of {product}",
        group="product.identity_panel",
        denominator=n if isinstance(n, int) else 0,
        not_assessable=int(not known),
        method=f"{row['specification'] or 'no specification'}; failed decides, then pending, then not assessable",
        warnings=tuple(named),
        rules=(LIMITS,) if row["specification"] else (),
        sources=(f"products/{product}", *sources),
    )


def hand_overs(derived: Derived, tables: Tables) -> list[Result]:
    """`product.custody.<product>` and `product.hours_thaw_to_infusion.<product>`; bounds where times are partial."""
    custody = _keys(tables.frame("custody"), "custody")
    starts = _keys(derived.frame("infusions").filter(pl.col("product_id").is_not_null()), "infusions")
    results: list[Result] = []
    for row in derived.frame("products").iter_rows(named=True):
        product = row["product_id"]
        events = custody.get(product, ())
        results.append(_custody(row, events))
        results.append(_hours(row, (*events, *starts.get(product, ()))))
    return results


def _keys(rows: pl.DataFrame, table: str) -> Sources:
    keyed = rows.select("product_id", key=row_key(table))
    return {
        str(product): tuple(sorted(part["key"]))
        for (product,), part in keyed.group_by("product_id", maintain_order=True)
    }


def _custody(row: Mapping[str, object], sources: Sequence[str]) -> Result:
    product, told, gaps = row["product_id"], row["custody"], row["n_gaps"]
    known = told is not None and told != OPEN
    reason = row["custody_reason"] or (None if known else "no hand-over is reported")
    events = row["n_events"]
    return Result(
        key=f"product.custody.{product}",
        value=str(told) if known else None,
        label=f"custody of {product}",
        group="product.custody",
        n=gaps if isinstance(gaps, int) else None,
        denominator=events if isinstance(events, int) else 0,
        not_assessable=int(not known),
        method="hand-overs in the order of their times; a gap: who hands over is not who received before",
        warnings=(str(reason),) if reason else (),
        sources=(f"products/{product}", *sources),
    )


def _hours(row: Mapping[str, object], sources: Sequence[str]) -> Result:
    product, hours = row["product_id"], row["hours_thaw_to_infusion"]
    low, high = row["hours_low"], row["hours_high"]
    is_fresh = row["fresh_or_thawed"] == "fresh" and high is None
    reason = "fresh cells: nothing was thawed" if is_fresh else row["thaw_reason"] or "no custody is reported"
    exact = isinstance(hours, float)
    bounds = () if exact or high is None else ("the times recorded leave bounds",)
    return Result(
        key=f"product.hours_thaw_to_infusion.{product}",
        value=hours if isinstance(hours, float) else None,
        label=f"hours from thaw to infusion of {product}",
        group="product.hours_thaw_to_infusion",
        unit="h",
        n=int(exact),
        denominator=0 if is_fresh else 1,
        not_assessable=int(not exact and not is_fresh),
        lower=low if isinstance(low, float) and not exact else None,
        upper=high if isinstance(high, float) and not exact else None,
        method="last thaw to first start of the infusion, to the minute as far as recorded",
        warnings=bounds if high is not None else (str(reason),),
        sources=(f"products/{product}", *sources),
    )


def batches_together(derived: Derived) -> list[Result]:
    """`products.release.<verdict>`, `products.identity_panel.<verdict>`, `products.hours_thaw_to_infusion.median`."""
    frame = derived.frame("products")
    if frame.is_empty():
        return []
    sources = tuple(f"products/{each}" for each in frame["product_id"])
    counts = [
        _count(frame, column, word, verdict, sources)
        for column, word in (("release", "release"), ("identity", "identity_panel"))
        for verdict in VERDICTS
    ]
    return [*counts, _median_hours(frame, sources)]


def _count(frame: pl.DataFrame, column: str, word: str, verdict: str, sources: tuple[str, ...]) -> Result:
    n = int((frame[column] == verdict).sum())
    return Result(
        key=f"products.{word}.{verdict.replace(' ', '_')}",
        value=n,
        label=f"batches, {word.replace('_', ' ')} {verdict}",
        group=f"products.{word}",
        n=n,
        denominator=frame.height,
        not_assessable=0,
        method="count of batches",
        sources=sources,
    )


def _median_hours(frame: pl.DataFrame, sources: tuple[str, ...]) -> Result:
    thawed = frame.filter((pl.col("fresh_or_thawed") != "fresh").fill_null(True))
    return median_of(
        "products.hours_thaw_to_infusion.median",
        thawed["hours_thaw_to_infusion"],
        "hours from thaw to infusion, thawed batches",
        "products.hours_thaw_to_infusion",
        "h",
        thawed.height,
        sources,
        "no batch has a time of thaw and of infusion",
    )
