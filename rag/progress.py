"""What a person sees of long work in the terminal. Knows the names of the stages, nothing of what is done in them."""

from __future__ import annotations

import sys
from typing import Any

# What a person reads of a stage; None: over before it could be read. A stage that is not here shows as it is called.
STAGES = {
    "reading": "Reading briefs",
    "export": "Exporting the encoder (once, some 20 seconds)",
    "encode": "Encoding passages",
    "vectors": "Writing vectors",
    "words": "Writing words",
    "catalogue": "Writing the catalogue",
    "manifest": None,
    "publish": None,
    "sweep": None,
    "done": None,
    "waiting for another builder": "Waiting for another builder",
    "asking": "Asking questions",
    "checking": "Checking statements",
}


class ProgressBar:
    """A bar on standard error for each stage of long work; one plain line a stage where that is no terminal."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Told by whoever works: the stage, how much of it is done and how much there is (0 or 1: nothing to count)."""
        if stage != self._stage:
            self.close()
            self._stage = stage
            self._begin(STAGES.get(stage, stage), total)
        if self._bar is not None:
            self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """End the bar that is shown."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        self._stage = ""

    def _begin(self, label: str | None, total: int) -> None:
        if label is None:
            return
        if total > 1 and sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, desc=label, file=sys.stderr, leave=True, dynamic_ncols=True)
        else:
            sys.stderr.write(f"{label}: {total}\n" if total > 1 else f"{label}\n")
            sys.stderr.flush()
