"""Starts the web chat on this machine. Holds no logic of its own: see `rag/web/`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rag.errors import RagError
from rag.library import Library
from rag.progress import ProgressBar
from rag.web.server import address, bind, serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the library, say where the page is, and serve until interrupted. Exit status 2: bad use or bad input."""
    parser = argparse.ArgumentParser(prog="app.py", description="Ask the China Industries briefs in the browser.")
    parser.add_argument("--host", default="127.0.0.1", help="an address of this machine alone (default: %(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="0 picks a free one (default: %(default)s)")
    parser.add_argument("--corpus", help="folder of the briefs")
    parser.add_argument("--embeddings", help="folder of the index")
    options = parser.parse_args(arguments)
    bar = ProgressBar()
    try:
        with (
            bind(options.host, options.port) as listener,  # first: a port that is taken is known before a long build
            Library.open(options.corpus, options.embeddings, progress=bar) as library,
        ):
            bar.close()
            library.warm()
            for warning in library.warnings:
                print(warning, file=sys.stderr)
            print(f"Ask at {address(listener)}  (Ctrl-C ends it)", flush=True)
            serve(library, listener)
    except RagError as problem:
        bar.close()
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
