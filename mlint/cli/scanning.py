"""`mlint scan`: a corpus of source files in Parquet."""

from __future__ import annotations

import argparse
import os
import sys

from mlint.cli.check import executor_of, rules_asked_for, shown_progress
from mlint.cli.main import OK, failed
from mlint.cli.parser import UsageError
from mlint.config import ConfigError, Layers
from mlint.pack import PackError
from mlint.run.corpus import Counts, Scan
from mlint.run.dataset import Dataset, ScanError, scan
from mlint.run.executors import ExecutorError


def command(call: argparse.Namespace) -> int:
    """Run the command and return the exit code: whatever is found, a scan that came to its end went well."""
    output = call.output or f"{os.path.splitext(call.dataset)[0]}-findings"
    dataset = Dataset(call.dataset, call.content_column, call.path_column, call.repo_column)
    try:
        with shown_progress(call.quiet) as progress, executor_of(call) as executor:
            how = Scan(Layers((rules_asked_for(call),)), call.jobs, executor)
            counts = scan(dataset, output, how, progress)
    except (ConfigError, PackError, UsageError, ScanError, ExecutorError) as error:
        return failed(str(error))
    except OSError as error:
        return failed(f"{error.filename or output}: {error.strerror or error}")
    if not call.quiet:
        print(_summary(counts, output), file=sys.stderr)
    return OK


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _summary(counts: Counts, output: str) -> str:
    return (
        f"mlint: {_number(counts.findings, 'finding')}, {_number(counts.problems, 'problem')}; "
        f"{_number(counts.files, 'file')} checked, {counts.nothing} without anything to check; written to {output}"
    )
