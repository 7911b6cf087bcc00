"""Weights that would be fetched, or read from a file that is not there: the model keeps those that it was made with.

What a probe looks at, which mode, device and structure, is the same with other weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.utils.model_zoo

_FETCHES = (
    (torch.hub, "load_state_dict_from_url"),
    (torch.hub, "download_url_to_file"),
    (torch.utils.model_zoo, "load_url"),
)


class Unread(dict[str, Any]):
    """A state dict that was not read: it holds nothing, and whatever is asked of it is another one."""

    def __missing__(self, name: object) -> Unread:
        return self

    def get(self, name: object, default: object = None) -> Any:
        """As of a dict."""
        return self

    def pop(self, name: object, default: object = None) -> Any:
        """As of a dict."""
        return self


def keep_own_weights() -> None:
    """Let nothing be fetched or missed from now on, in this process."""
    load, into = torch.load, torch.nn.Module.load_state_dict

    def unread(*args: object, **kwargs: object) -> Unread:
        return Unread()

    def load_if_there(file: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return unread() if isinstance(file, Unread) else load(file, *args, **kwargs)
        except FileNotFoundError:
            return unread()

    def load_what_was_read(module: Any, state: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
        if isinstance(state, Unread) or not state:
            return torch.nn.modules.module._IncompatibleKeys([], [])
        return into(module, state, *args, **kwargs)

    for module, name in _FETCHES:
        setattr(module, name, unread)
    torch.load = load_if_there  # type: ignore[assignment, unused-ignore]
    torch.nn.Module.load_state_dict = load_what_was_read  # type: ignore[method-assign, assignment, unused-ignore]
