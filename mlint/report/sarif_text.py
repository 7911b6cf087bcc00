"""Message strings of SARIF, in which brackets and braces can mean something."""

from __future__ import annotations

import re

from mlint.report.surrogates import without_surrogates

LINK = re.compile(r"\](?=\()")
PLACEHOLDER = re.compile(r"\{(\d+)\}")


def escaped(text: str) -> str:
    """The text as a message that is shown as it is.

    `mask[i](2)` would be a link and `{0}` a placeholder: only these are escaped, as many viewers show escapes that
    they did not need.
    """
    return PLACEHOLDER.sub(r"{{\1}}", LINK.sub(r"\\]", without_surrogates(text)))
