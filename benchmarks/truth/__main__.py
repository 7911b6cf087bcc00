"""How much mlint finds, and how much of what it reports is true, on real code.

    python -m benchmarks.truth [--packages DIR] [--bugs FILE.jsonl] [--misses OPERATOR] [--unjudged RULE]

Seeded bugs: places in released packages that are right are broken, one at a time, and it is counted which of them are
reported. Real bugs: the file names releases and lines. Alarms: what is reported on the packages as they are, and what
readers said of it (`judged.jsonl`). Packages are downloaded through pip into `--cache` where they are not in
`--packages`. What was measured is kept there, by the state of mlint's sources, so that a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "rules"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.truth.alarms import Alarm, alarms, lines_in
from benchmarks.truth.judgements import judged
from benchmarks.truth.kept import digest, mutants_in
from benchmarks.truth.listing import misses, sample, unjudged
from benchmarks.truth.mutants import Mutant, chosen, limited
from benchmarks.truth.real import bugs, look
from benchmarks.truth.releases import PACKAGES, lay_out, pinned
from benchmarks.truth.seeded import Kept, check
from benchmarks.truth.table import Measured, operator_table, real_table, table

CHECKOUT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Measure, and print the table or what is asked for."""
    call = _parser().parse_args()
    state = call.cache / f"state-{digest([CHECKOUT / 'mlint', CHECKOUT / 'rules'])}"
    state.mkdir(parents=True, exist_ok=True)
    roots = _roots(pinned(), call)
    if call.sample or call.misses or not call.skip_seeded:
        more = _roots(pinned(PACKAGES.with_name("more_packages.txt")), call)
        mutants = chosen(_mutants({**roots, **more}, call.cache), call.only)
        if call.sample:
            print(sample(mutants, {**roots, **more}, call.sample))
            return
        seeded = []
        for each in check(mutants, {**roots, **more}, Kept(state / "seeded.jsonl")):
            seeded.append(each)
            _progress(f"{len(seeded)} of {len(mutants)} mutants")
        if call.misses:
            print(misses(seeded, {**roots, **more}, call.misses))
            return
    else:
        seeded = []
    real = list(look(bugs(call.bugs), call.cache / "releases", state / "real")) if call.bugs else []
    found: list[Alarm] = [] if call.skip_alarms else _alarms(roots, state)
    verdicts = judged()
    if call.unjudged:
        print(unjudged(found, verdicts, call.unjudged))
        return
    print(table(Measured(seeded, real, found, verdicts, lines_in(roots) if found else 0)))
    print("\n" + operator_table(seeded) + "\n\n" + real_table(real))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.truth", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--packages", type=Path, action="append", default=[], help="a folder of unpacked packages")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "mlint-truth")
    parser.add_argument("--bugs", type=Path, help="real bugs, one JSON object a line")
    parser.add_argument("--skip-seeded", action="store_true")
    parser.add_argument("--skip-alarms", action="store_true")
    parser.add_argument(
        "--only",
        metavar="NAME",
        action="append",
        default=[],
        help="seed only the bugs of this rule, family (`ML2`) or operator; may be given several times",
    )
    parser.add_argument("--sample", type=int, metavar="N", help="print so many mutants of the tuning half")
    parser.add_argument(
        "--misses", metavar="OPERATOR", help="print the misses of a rule or operator in the tuning half"
    )
    parser.add_argument("--unjudged", metavar="RULE", help="print the findings by default that no reader has judged")
    return parser


def _roots(releases: Iterable[str], call: argparse.Namespace) -> dict[str, Path]:
    """Where the files of each release are: in a folder that was given, or laid out in the cache."""
    found = {}
    for release in releases:
        name = release.partition("==")[0]
        spellings = (name, name.replace("-", "_"), release.replace("==", "-"))
        given = [folder / each for folder in call.packages for each in spellings if (folder / each).is_dir()]
        found[name] = given[0] if given else lay_out(release, call.cache / "releases")
    return found


def _mutants(roots: dict[str, Path], cache: Path) -> list[Mutant]:
    found = []
    for each in mutants_in(roots, cache):
        found.append(each)
        _progress(f"{len(found)} places, {each.package}")
    return limited(found)


def _alarms(roots: dict[str, Path], state: Path) -> list[Alarm]:
    found = []
    for each in alarms(roots, state / "alarms"):
        found.append(each)
        _progress(f"{len(found)} findings, {each.place.package}")
    return found


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
