"""How the loading commands report: a line a row, then totals, then the exit code."""

from collections.abc import Iterable

from django.core.management.base import BaseCommand, CommandError

from wagtail_rtop.seeds import Outcome, Result, count_outcomes


def write_results(
    command: BaseCommand, results: Iterable[Result], *, dry_run: bool, verbosity: int
) -> None:
    """Write each result as it comes, and the totals.

    Rows that were skipped are written from verbosity 2 on.

    Raises:
        CommandError: if a row failed, after all have been written.
    """
    seen = []
    for result in results:
        seen.append(result)
        line = f"{result.outcome.value:8} {result.key}: {result.detail}"
        if result.outcome is Outcome.FAILED:
            command.stderr.write(command.style.ERROR(line))
        elif verbosity > 1 or (verbosity and result.outcome is not Outcome.SKIPPED):
            command.stdout.write(line)
    counts = count_outcomes(seen)
    totals = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome)
    if verbosity:
        prefix = "Dry run, nothing was written. " if dry_run else ""
        command.stdout.write(f"{prefix}{len(seen)} rows: {totals}.")
    if counts[Outcome.FAILED]:
        raise CommandError(
            f"{counts[Outcome.FAILED]} of {len(seen)} rows failed; see above."
        )
