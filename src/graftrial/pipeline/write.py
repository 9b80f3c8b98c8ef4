"""What a run leaves in its output folder: written aside, then swapped in, so that an earlier report stays whole."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path

import polars as pl

from graftrial import report
from graftrial.errors import OutputUnwritable
from graftrial.exports.anndata_file import need_anndata
from graftrial.exports.csv_cells import write_csv
from graftrial.findings import Finding
from graftrial.intake.table import Tables
from graftrial.pipeline import narratives
from graftrial.pipeline.changes import changes, read_earlier
from graftrial.pipeline.stages import Checked, OnStage, Run, silent, versions
from graftrial.pipeline.study_transcripts import H5AD, write_study_transcripts
from graftrial.pipeline.worked_patients import as_frame
from graftrial.report.documents import Writer, writer_of
from graftrial.report.documents.tables import table_frames
from graftrial.report.inputs import Changes, Provenance, ReportInputs, RuleCard
from graftrial.report.material import DOCUMENT_PICTURES, STILL_PICTURES
from graftrial.report.narratives import as_frame as sentences
from graftrial.report.narratives import write_narratives
from graftrial.report.transcripts.index import PAGES

OURS = (
    "report.html",
    "report.pdf",
    "report.docx",
    "summary.html",
    "summary.pdf",
    "results.csv",
    "results.parquet",
    "findings.csv",
    "queries.csv",
    "changes.csv",
    "figures",
    "printed_tables",
    "narratives.csv",
    narratives.GENERATED,
    PAGES,
    H5AD,
    "derived",
    "manifest.json",
)
FINDING_COLUMNS = ("code", "severity", "blocking", "table", "row", "column", "subject_id", "why", "fix")


def write_report(
    run: Run,
    out: Path,
    share: bool = False,
    on_stage: OnStage = silent,
    stills: report.Stills | None = None,
    earlier: Path | None = None,
    documents: Collection[str] = (),
    h5ad: bool = False,
) -> list[Path]:
    """Writes report, results, findings, queries, derived tables, figures, pages of lanes and manifest.

    share: for outsiders: study days only, ages in bands, no free text.
    stills: the processes that draw the still pictures, where they were started before.
    earlier: output folder of an earlier report of the study, to be compared number by number.
    documents: `pdf`, `docx`, or both, beside the page. h5ad: also the lanes as AnnData.
    Raises: UsageError (exit 2) where a document needs a library that is not installed; OutputUnwritable (exit 2):
    what was in the folder before is then untouched.
    """
    writers = _writers(documents, h5ad)
    inputs = report_inputs(run, share)
    if earlier is not None:
        inputs = _compared(inputs, run, earlier)
    with written_aside(out) as aside:
        on_stage("writing the report")
        n_pictures = DOCUMENT_PICTURES if documents else STILL_PICTURES
        composed = report.compose(inputs, on_stage, stills, n_pictures)
        on_stage("writing the tables")  # while the pictures are being drawn
        _write_tables(run, inputs, aside)
        _write_narratives(inputs, aside)
        _write_printed_tables(composed, aside)
        rendered = report.render(composed, aside)
        write_study_transcripts(run, aside, pages=not share, h5ad=h5ad)
        _write_documents(writers, rendered, aside, on_stage)
        _write_manifest(run, inputs, aside)
    return [out / name for name in OURS if (out / name).exists()]


def _writers(documents: Collection[str], h5ad: bool) -> dict[str, Writer]:
    """What makes each document; a library that is not installed is found missing here, before anything is written."""
    if h5ad:
        need_anndata("--h5ad")
    return {name: writer_of(name) for name in documents}


def _write_documents(
    writers: Mapping[str, Writer], rendered: report.Rendered, aside: Path, on_stage: OnStage
) -> None:
    for name, write in writers.items():
        on_stage(f"writing report.{name}")
        (aside / f"report.{name}").write_bytes(write(rendered.outline(), rendered.pictures))
    if "pdf" in writers and rendered.summary is not None:
        title = rendered.top.running_title
        (aside / "summary.pdf").write_bytes(report.summary_pdf(rendered.summary, title))


def _compared(inputs: ReportInputs, run: Run, earlier: Path) -> ReportInputs:
    former = read_earlier(earlier, run.checked.study.study.id, inputs.share)
    frame = changes(former, inputs.results)
    return replace(inputs, changes=Changes(frame, former.data_cut))


def _write_printed_tables(composed: report.Composed, aside: Path) -> None:
    (aside / "printed_tables").mkdir()  # not `tables`: the output folder may be the study folder itself
    for name, frame in table_frames(composed.sections).items():
        write_csv(frame, aside / "printed_tables" / f"{name}.csv")


def _write_narratives(inputs: ReportInputs, aside: Path) -> None:
    """Generated narratives, for outsiders from what outsiders see; a row a sentence, and a text a narrative."""
    written = write_narratives(inputs.study, inputs.derived)
    write_csv(sentences(written), aside / "narratives.csv")
    narratives.write_generated(written, aside)


def write_findings(checked: Checked, out: Path) -> Path:
    """Writes findings.csv alone, as `graftrial check` does."""
    with written_aside(out) as aside:
        write_csv(findings_frame(checked.findings), aside / "findings.csv")
    return out / "findings.csv"


def report_inputs(run: Run, share: bool = False) -> ReportInputs:
    """What the report is made of."""
    cards = tuple(
        RuleCard(
            each.id, each.edition, each.title, each.source.document, each.source.locator, each.source.doi
        )
        for each in run.rules
    )
    checked = run.checked
    inputs = ReportInputs(
        study=checked.study,
        tables=checked.tables,
        derived=_derived(run),
        results=run.results.frame,
        findings=checked.findings,
        balances=checked.tables.balances,
        rules=cards,
        provenance=Provenance(
            data_cut=checked.data_cut,
            versions=versions(),
            hashes={
                name: digest for stage in run.stages for name, digest in stage.inputs.items() if "." in name
            },
            stages=tuple(f"{stage.stage}: {stage.output[:12]}" for stage in run.stages),
        ),
        share=share,
    )
    return report.for_outsiders(inputs) if share else inputs


def _derived(run: Run) -> Mapping[str, pl.DataFrame]:
    """The derived tables, with the worked patients and the signed narratives where the study has any."""
    frames = dict(run.derived.frames)
    if run.checked.worked:
        frames["worked_patients"] = as_frame(run.checked.worked)
    if run.checked.signed:
        generated = write_narratives(run.checked.study, run.derived.frames)
        frames["signed_narratives"] = narratives.compare(run.checked.signed, generated)
    return frames


def findings_frame(findings: tuple[Finding, ...]) -> pl.DataFrame:
    """Findings in the columns of findings.csv."""
    rows = [
        (
            f.code,
            f.severity,
            "yes" if f.blocking else "no",
            f.table,
            f.row or None,
            f.column,
            f.subject_id,
            f.why,
            f.fix,
        )
        for f in findings
    ]
    kinds = {name: pl.Int64() if name == "row" else pl.String() for name in FINDING_COLUMNS}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def query_list(findings: tuple[Finding, ...], tables: Tables) -> pl.DataFrame:
    """Findings as questions to the sites: by site, then subject."""
    sites = (
        tables.frame("subjects")
        .select("subject_id", "site_id")
        .unique("subject_id", keep="first", maintain_order=True)
    )
    frame = findings_frame(findings).join(sites, on="subject_id", how="left", maintain_order="left")
    columns = ("site_id", "subject_id", "code", "severity", "table", "row", "column", "why", "fix")
    return frame.select(columns).sort(*columns[:4], "table", "row", "column", "why", nulls_last=True)


@contextmanager
def written_aside(out: Path) -> Iterator[Path]:
    """A folder to write into; its content takes its place in `out` only when everything has been written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=out))
    except OSError as error:
        raise _unwritable(out, error) from error
    try:
        yield aside
        _swap_in(aside, out)
    except OSError as error:
        raise _unwritable(out, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _swap_in(aside: Path, out: Path) -> None:
    new = sorted(each.name for each in aside.iterdir())
    former = aside / ".former"
    former.mkdir()
    moved: list[str] = []
    try:
        for name in new:
            if (out / name).exists():
                (out / name).replace(former / name)
                moved.append(name)
            (aside / name).replace(out / name)
    except OSError:
        for name in moved:
            with suppress(OSError):
                if (out / name).is_dir():
                    shutil.rmtree(out / name)
                (former / name).replace(out / name)
        raise


def _unwritable(out: Path, error: OSError) -> OutputUnwritable:
    return OutputUnwritable.of("GT-OUT-001", str(out), reason=error.strerror or str(error))


def _write_tables(run: Run, inputs: ReportInputs, aside: Path) -> None:
    exported = inputs.results.select(run.results.exported().columns)
    write_csv(exported, aside / "results.csv")
    _write_parquet(exported, aside / "results.parquet")
    if inputs.changes is not None:
        write_csv(inputs.changes.frame, aside / "changes.csv")
    write_csv(findings_frame(inputs.findings), aside / "findings.csv")
    write_csv(query_list(inputs.findings, inputs.tables), aside / "queries.csv")
    (aside / "derived").mkdir()
    for name, frame in inputs.derived.items():
        write_csv(frame, aside / "derived" / f"{name}.csv")
        _write_parquet(frame, aside / "derived" / f"{name}.parquet")


def _write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Through memory, so that a full disk is an OSError like everywhere else."""
    content = io.BytesIO()
    frame.write_parquet(content)
    path.write_bytes(content.getvalue())


def _write_manifest(run: Run, inputs: ReportInputs, aside: Path) -> None:
    checked = run.checked
    manifest = {
        "study": checked.study.study.id,
        "synthetic": checked.study.study.synthetic,
        "data_cut": inputs.provenance.data_cut,
        "share": inputs.share,
        "stages": [] if inputs.share else [asdict(stage) for stage in run.stages],
        "balance": [asdict(each) for each in checked.tables.balances],
        "rules": [each.pin for each in run.rules],
        "versions": versions(),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False, sort_keys=True)
    (aside / "manifest.json").write_text(text + "\n", encoding="utf-8")
