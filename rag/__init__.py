"""Ask the China Industries briefs: cited answers from a local index.

>>> from rag import Library
>>> library = Library.open(corpus="corpus", embeddings="embeddings")
>>> library.ask("Which plan sets a robot density target?").text
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.answers.records import Answer, Citation, Coverage, Statement
    from rag.briefs.records import Issue, Item
    from rag.errors import RagError
    from rag.index.records import Passage
    from rag.library import Library, ask, retrieve
    from rag.retrieval.query import Query
    from rag.retrieval.search import Hit

# Where each public name is made. It is read in at its first use: a start takes as long as what it needs, no more.
_PLACES = {
    "Answer": "rag.answers.records",
    "Citation": "rag.answers.records",
    "Coverage": "rag.answers.records",
    "Hit": "rag.retrieval.search",
    "Issue": "rag.briefs.records",
    "Item": "rag.briefs.records",
    "Library": "rag.library",
    "Passage": "rag.index.records",
    "Query": "rag.retrieval.query",
    "RagError": "rag.errors",
    "Statement": "rag.answers.records",
    "ask": "rag.library",
    "retrieve": "rag.library",
}

__all__ = [
    "Answer",
    "Citation",
    "Coverage",
    "Hit",
    "Issue",
    "Item",
    "Library",
    "Passage",
    "Query",
    "RagError",
    "Statement",
    "ask",
    "retrieve",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_PLACES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
