"""Places where code itself chooses a GPU."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from mlint.cached import cached_property
from mlint.facts.around.sites import Site
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.guards import conditions, is_guarded
from mlint.facts.flow.paths import Path, text
from mlint.facts.placement.gpus import Named, Way, named
from mlint.facts.placement.makings import makes
from mlint.subjects.occasion import TEST
from mlint.subjects.owners import Function
from mlint.subjects.placed import Placed

_GPU = re.compile(r"cuda|gpu|nvidia|nccl|triton|kernel|nvml|tensorrt|(?:^|_)trt|(?:^|_)amp(?:_|$)", re.I)
_CHOICE = re.compile(
    r"cuda|gpu|device|map_loc|nccl|accelerat|is_available|^cpu$|(?:^|_)(?:to|on|use|no)_cpu|cpu_only|distributed|parallel|"
    r"world_size|(?:^|_)rank|float16|fp16|(?:^|_)half(?:_|$)",
    re.I,
)
"""Names in conditions by which a GPU is chosen where there is one; half precision was long for GPUs alone."""
_LINES = re.compile(r"""\.cuda\(|["']cuda|torch\.cuda|cuda\.\w+Tensor|set_device\(|\.to\(\d|device=\d""")
_SIGNS = ("cuda", "set_device(", ".to(", "device=")
_CHECKPOINT = re.compile(r"state|checkpoint|ckpt|weight|model|resume|restore|pretrain|snapshot|(?:^|_)net(?:_|$)", re.I)
_NO_TENSORS = re.compile(r"vocab|config|corpus|(?:^|[\W_])(?:args|labels?|tokenizer|hparams)[._]", re.I)
"""What a file is called that holds no weights, as far as its name tells: `vocab.pt`, `config.pt`."""
_FOLDERS = frozenset(
    "test tests testing example examples benchmark benchmarks bench script scripts tool tools demo demos doc docs "
    "profiling notebook notebooks tutorial tutorials project projects experiment experiments recipe recipes".split()
)
_SCRIPT = frozenset(
    ("__main__", "argparse", "ArgumentParser", "click", "fire", "hydra", "typer", "docopt", "absl", "main")
)
_PROGRAM = re.compile(r"(?:test|demo|train|main|run|infer|eval|predict|sample|generate)(?:_?\w*)\.py$")
"""The name of a file that is run, as far as what it does at module level shows it."""
_MAIN = re.compile(r"^__main__$")
_TESTS = re.compile(r"_*test(?:_|\d*$)")
_RUNS_ON_GPU = ("torch.distributed.", "torch.cuda.", "torch.multiprocessing.")
_NO_EVIDENCE = frozenset(("torch.cuda.empty_cache", "torch.cuda.manual_seed", "torch.cuda.manual_seed_all"))


def _may_choose(text: str) -> bool:
    return any(sign in text for sign in _SIGNS) and _LINES.search(text) is not None


class GpuChoice(Placed):
    """`x.cuda()`, `.to("cuda:1")`, `device="cuda"`, `torch.cuda.set_device(1)`, `torch.load(path)`."""

    def __init__(self, function: Function, accesses: Accesses, choice: Named) -> None:
        super().__init__(function, choice.temporary)
        self._accesses = accesses
        self._choice = choice

    @classmethod
    def of(cls, owner: Function) -> Iterator[GpuChoice]:
        """The places in a function and in what is nested in it, in the order of the text."""
        if owner.is_module and owner.words.isdisjoint(("cuda", "load")):
            return
        if not _may_choose("\n".join(owner.lines)) and not _loads(owner):
            return
        found = [
            cls(owner, accesses, each)
            for accesses in map(Accesses, owner.bodies)
            for each in named(accesses, owner.facts)
        ]
        yield from sorted(found, key=lambda each: each.at)

    @property
    def way(self) -> str:
        """`move`, `make`, `name`, `set` or `load`."""
        return self._choice.way.name.lower()

    @property
    def is_of_new(self) -> bool:
        """Whether what is moved is made in the same expression: `torch.zeros(3).cuda()`."""
        definitions = self._accesses.temporaries.definitions
        op = definitions.get(self.at)
        callee = definitions.get(op.callee) if isinstance(op, ir.Call) else None
        fact = self.function.facts.calls.get(callee.base) if isinstance(callee, ir.Attribute) else None
        return fact is not None and fact.entry is not None and makes(fact.entry) is not None

    @property
    def device(self) -> str:
        """The GPU as it is written; empty for the current one."""
        return self._choice.device

    @property
    def is_setting(self) -> bool:
        """Whether it names a device for later use: `device = "cuda"`."""
        return self._choice.way is Way.NAME

    @property
    def is_load(self) -> bool:
        """Whether a file is loaded to where its tensors were when it was written."""
        return self._choice.way is Way.LOAD

    @property
    def is_of_checkpoint(self) -> bool:
        """Whether what is loaded are the weights of a model, as far as the function's names tell."""
        if _NO_TENSORS.search(self.code) is not None:
            return False
        words = self.function.words
        told = f"{self.function.name} {self.code}".replace("weights_only", "")
        return "load_state_dict" in words or self.code.startswith("torch.jit") or _CHECKPOINT.search(told) is not None

    @cached_property
    def is_guarded(self) -> bool:
        """Whether a condition about GPUs or devices decides about it, here or at every call that is seen."""
        return self._is_guarded_here or self._is_guarded_outside

    @cached_property
    def _is_guarded_here(self) -> bool:
        if is_guarded(self._accesses, self._choice.block, _CHOICE):
            return True
        return self._is_chosen_elsewhere

    @cached_property
    def followed(self) -> str | None:
        """The tensor that decides by being on a GPU whether something goes to the current one, which need not be that:
        `if x.is_cuda: mask = mask.cuda()`."""
        if self._choice.way is not Way.MOVE or self._choice.device:
            return None
        temporaries = self._accesses.temporaries
        for condition in conditions(self._accesses, self._choice.block):
            asked = temporaries.definitions[condition]
            path = temporaries.path(asked.base) if isinstance(asked, ir.Attribute) and asked.name == "is_cuda" else None
            if path is not None:
                return text(path)
        return None

    @property
    def _is_chosen_elsewhere(self) -> bool:
        """Whether the variable that is given the device is given another one, too."""
        op = self.function.instructions[self.at]
        path = self._accesses.temporaries.written(op)
        if path is None:
            return False
        writes = [
            each for each in self._accesses.events if self._accesses.temporaries.written(each.instruction) == path
        ]
        return len(writes) > 1

    @cached_property
    def is_of_process(self) -> bool:
        """Whether it is the current GPU in a project that gives each of its processes one: `cuda.set_device(rank)`."""
        engine = self.function.file.engine
        if self.is_load or self._choice.device not in ("", "cuda"):
            return False
        return any(
            sketch is not None
            and any(
                called.endswith("cuda.set_device") for called in {name for name, _ in sketch.calls} - sketch.of_numbers
            )
            for path, outline in engine.project.functions_with("cuda", "set_device")
            if (unit := engine.unit(path, outline.qualname)) is not None
            for sketch in [unit.sketch]
        )

    @cached_property
    def is_beside_device(self) -> bool:
        """Whether the function goes elsewhere by the device of a tensor, or by one that it is passed: `device=x.device`
        beside `device="cuda"`."""
        temporaries = self._accesses.temporaries
        passed = {each.name for each in self._accesses.function.parameters}
        asked = [
            op.target
            for op in temporaries.definitions.values()
            if (isinstance(op, ir.Attribute) and op.name == "device")
            or (isinstance(op, ir.Load) and op.name == "device" and op.name in passed)
        ]
        users = (user for each in asked for user in temporaries.users[each])
        return any(isinstance(each, (ir.Call, ir.Store)) for each in users)

    @cached_property
    def is_one_of_two(self) -> bool:
        """Whether on another way the same goes to a device that is passed in: `x.to(a.device) if a else x.cuda()`."""
        temporaries, graph = self._accesses.temporaries, self._accesses.graph
        moved, block = self._moved(self.at), self._choice.block
        if moved is None:
            return False
        return any(
            temporaries.callee_name(op) == "to"
            and self._moved(op.target) == moved
            and block not in graph.reachable([temporaries.places[op.target].block])
            and temporaries.places[op.target].block not in graph.reachable([block])
            for op in temporaries.definitions.values()
            if isinstance(op, ir.Call)
        )

    def _moved(self, temporary: int) -> Path | None:
        """The variable that a call moves."""
        definitions = self._accesses.temporaries.definitions
        op = definitions.get(temporary)
        callee = definitions.get(op.callee) if isinstance(op, ir.Call) else None
        return self._accesses.temporaries.path(callee.base) if isinstance(callee, ir.Attribute) else None

    @property
    def _is_guarded_outside(self) -> bool:
        sites = self.function.file.engine.callers.sites(self.function.unit).sites
        return bool(sites) and all(map(_is_guarded_at, sites))

    @cached_property
    def is_about_gpus(self) -> bool:
        """Whether the function is one for GPUs, by its name, its class, its file, or by what it calls."""
        names = (self.function.qualname, os.path.basename(str(self.function.path)))
        if any(_GPU.search(name) for name in names):
            return True
        symbols = {fact.callee.symbol or "" for fact in self.function.facts.calls.values()}
        return any(each.startswith(_RUNS_ON_GPU) for each in symbols - _NO_EVIDENCE - _own_choices())

    @cached_property
    def is_of_script(self) -> bool:
        """Whether the file is no library: a test, an example, a program of its own."""
        path = os.path.relpath(str(self.function.path), str(self.function.project.root))
        *folders, name = path.lower().split(os.sep)
        if not _FOLDERS.isdisjoint(folders) or TEST.match(name) or _TESTS.match(self.function.name):
            return True
        if self.function.is_module and (_PROGRAM.match(name) or self._is_of_main):
            return True
        words = self.function.project.words_of(self.function.path, _SCRIPT)
        return self._is_own_program or ("__main__" in words and (len(words) > 1 or self._is_run_here))

    @property
    def _is_own_program(self) -> bool:
        """Whether it is a function that takes nothing and that nobody is seen to call: what it does is its author's."""
        outline = self.function.outline
        if outline is None or self.function.cls is not None or outline.parameters:
            return False
        return not self.function.file.engine.callers.sites(self.function.unit).sites

    @property
    def _is_of_main(self) -> bool:
        """Whether it stands under `if __name__ == "__main__"`."""
        return is_guarded(self._accesses, self._choice.block, _MAIN)

    @property
    def _is_run_here(self) -> bool:
        """Whether all calls that are seen stand in the same file."""
        sites = self.function.file.engine.callers.sites(self.function.unit).sites
        return bool(sites) and all(each.unit.path == self.function.path for each in sites)

    @property
    def is_tried(self) -> bool:
        """Whether an exception that it raises may be caught."""
        return bool(self._accesses.function.blocks[self._choice.block].handlers)


def _own_choices() -> frozenset[str]:
    return frozenset(("torch.cuda.set_device", "torch.cuda.FloatTensor", "torch.cuda.is_available"))


def _loads(owner: Function) -> bool:
    """Whether a line calls `torch.load`, by whatever name it is imported."""
    if "load" not in owner.words:
        return False
    imports = {**owner.project.imports(owner.path), **(owner.outline.imports if owner.outline is not None else {})}
    names = [name for name, what in imports.items() if what in ("torch", "torch.load", "torch.jit", "torch.jit.load")]
    calls = [f"{name}(" if imports[name].endswith(".load") else f"{name}." for name in names]
    return any("load(" in line and any(call in line for call in calls) for line in owner.lines)


def _is_guarded_at(site: Site) -> bool:
    accesses = Accesses(site.unit.lowered.function)
    place = accesses.temporaries.places.get(site.target)
    return place is not None and is_guarded(accesses, place.block, _CHOICE)
