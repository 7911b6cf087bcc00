"""From findings to findings with verdicts: which can be tried, what is known of them already, and the rest is run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mlint.config import ConfigError
from mlint.confirm import account
from mlint.confirm.host import Answer, Request, answers
from mlint.confirm.kept import Kept, Rests
from mlint.confirm.probe import probe_module
from mlint.confirm.specs import SpecError, is_factory, parsed
from mlint.facts.project.files import root_of
from mlint.finding import Confidence, Finding, Verdict
from mlint.rule import Rule

INSTALL = "running code needs torch, which is not installed here: pip install 'mlint[torch]'"
_MEMORY = 4 << 30
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Options:
    """How code is run. `settings` gives the table `[tool.mlint.confirm]` that holds for a folder."""

    settings: Callable[[str], Mapping[str, Any]]
    device: str = "auto"
    tracer: str = "auto"
    seconds: float = 20.0
    width: int = 1
    cache: bool = True


@dataclass
class Outcome:
    """What trying came to: all findings, those that were tried with a verdict; and what is to be said of it.

    `tried` says for each model what was tried to make it and to run it, `devices` say where: on which
    GPU, or with a fake second device.
    """

    findings: list[Finding]
    tried: dict[str, list[str]]
    unheld: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()


def is_possible() -> bool:
    """Whether torch is installed."""
    return find_spec("torch") is not None


def confirm(
    findings: Sequence[Finding], rules: Iterable[Rule], options: Options, progress: Progress | None = None
) -> Outcome:
    """Try every finding whose rule brings a probe. Raises ConfigError and WorkerError."""
    modules = {rule.code: rule for rule in rules}
    own = {account.CODE: account.__name__}
    probes = {code: module for code, rule in modules.items() if (module := _probe(rule))}
    trying = _Trying(options, list(findings), probes | own)
    return trying.done(progress or (lambda done, count: None))


@cache
def _probe(rule: Rule) -> str | None:
    return probe_module(rule)


class _Trying:
    """The state of one call of `confirm`."""

    def __init__(self, options: Options, findings: list[Finding], probes: Mapping[str, str]) -> None:
        self._options, self._findings, self._probes = options, findings, probes
        self._tried: dict[str, list[str]] = {}
        self._held = [True, True, True]
        self._devices: set[str] = set()
        self._kept = Kept(options.cache)

    def done(self, progress: Progress) -> Outcome:
        places: list[list[int]] = []
        requests: list[Request] = []
        for path, numbers in self._by_file().items():
            request = self._request(path, len(requests), numbers)
            fresh = [number for number in numbers if not self._is_kept(number, request)]
            if fresh:
                request["findings"] = [self._described(number) for number in fresh]
                requests.append(request)
                places.append(fresh)
        count = sum(map(len, places))
        if requests:
            for done, answer in enumerate(answers(requests, self._options.width), start=1):
                self._take(answer, places[answer["id"]][answer["finding"]], requests[answer["id"]])
                progress(done, count)
        return Outcome(self._findings, self._tried, self._unheld(), tuple(sorted(self._devices - {""})))

    def _by_file(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, finding in enumerate(self._findings):
            if finding.code in self._probes and os.path.isfile(finding.path):
                found.setdefault(os.path.abspath(finding.path), []).append(number)
        return found

    def _request(self, path: str, number: int, numbers: list[int]) -> Request:
        folder = os.path.dirname(path)
        return {
            "id": number,
            "path": path,
            "root": str(root_of(Path(folder))),
            "device": self._options.device,
            "tracer": self._options.tracer,
            "timeout": self._options.seconds,
            "memory": _MEMORY,
            "config": checked(self._options.settings(folder)),
        }

    def _described(self, number: int) -> dict[str, Any]:
        finding = self._findings[number]
        return {
            "code": finding.code,
            "name": finding.name,
            "probe": self._probes[finding.code],
            "message": finding.message,
            "advice": finding.advice,
            "confidence": int(finding.confidence),
            "span": _span(finding.span),
            "related": [[each.message, os.path.abspath(each.path), _span(each.span)] for each in finding.related],
        }

    # --- verdicts ---------------------------------------------------------------------------------------------------

    def _is_kept(self, number: int, request: Request) -> bool:
        verdict = self._kept.get(self._key(number, request))
        if verdict is not None:
            self._findings[number] = judged(self._findings[number], verdict)
        return verdict is not None

    def _key(self, number: int, request: Request) -> Rests:
        settings = {name: value for name, value in request.items() if name not in ("id", "findings")}
        return Rests(request["root"], request["path"], {**settings, **self._described(number)})

    def _take(self, answer: Answer, number: int, request: Request) -> None:
        given = answer["verdict"]
        evidence = tuple((name, value) for name, value in given["evidence"])
        verdict = Verdict(given["outcome"], given["reason"], evidence)
        if "files" in answer:  # it came to its end
            if answer["lasts"]:
                self._kept.put(self._key(number, request), verdict, answer["files"])
            self._devices.add(answer["device"])
            self._held = [mine and theirs for mine, theirs in zip(self._held, answer["held"], strict=True)]
        self._findings[number] = judged(self._findings[number], verdict)
        for model, lines in answer.get("tried", {}).items():
            self._tried[model] = lines

    def _unheld(self) -> tuple[str, ...]:
        names = ("writing to files", "the network", "memory")
        return tuple(name for name, held in zip(names, self._held, strict=True) if not held)


def judged(finding: Finding, verdict: Verdict) -> Finding:
    """The finding with its verdict: what is confirmed is certain."""
    sure = Confidence.CERTAIN if verdict.outcome == "confirmed" else finding.confidence
    return replace(finding, verdict=verdict, confidence=sure)


def _span(span: Any) -> list[int]:
    return [span.line, span.column, span.end_line, span.end_column]


def checked(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """The settings, whose inputs mean something. Raises ConfigError."""
    for target, given in settings.items():
        inputs = given.get("inputs", ())
        texts = [inputs] if isinstance(inputs, str) else inputs.values() if isinstance(inputs, Mapping) else inputs
        for text in texts:
            try:
                if not (isinstance(inputs, str) and is_factory(inputs)):
                    parsed(text)
            except SpecError as error:
                raise ConfigError(f'[tool.mlint.confirm."{target}"]: inputs: {error}') from error
    return settings
