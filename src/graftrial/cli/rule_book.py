"""The command that prints the rule book."""

from __future__ import annotations

import json

import click

from graftrial.errors import EXIT_DONE


@click.command()
@click.argument("rule_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the rule book as JSON.")
def rules(rule_id: str | None, as_json: bool) -> int:
    """Print the rule book, one rule of it, the facts that criteria may name, or the quality checks of transcripts.

    \b
    Example
      graftrial rules
      graftrial rules egfr.ckd_epi_cr
      graftrial rules facts
      graftrial rules transcripts
    """
    from graftrial.pipeline.rule_book import facts, pages, transcript_checks

    lists = {"facts": facts, "transcripts": transcript_checks}
    book = lists[rule_id]() if rule_id in lists else pages(rule_id)
    if as_json:
        click.echo(json.dumps(book, indent=2, ensure_ascii=False))
        return EXIT_DONE
    for page in book:
        head, *rest = page.items()
        click.echo(str(head[1]))
        for name, value in rest:
            for line in value if isinstance(value, list) else [value]:
                click.echo(f"  {name:<11} {line}")
    return EXIT_DONE
