"""Ask the China Industries briefs: cited answers from a local index.

>>> from rag import Library
>>> library = Library.open(corpus="corpus", embeddings="embeddings")
>>> library.ask("Which plan sets a robot density target?").text
"""

from rag.answers.records import Answer, Citation, Coverage, Statement
from rag.briefs.records import Issue, Item
from rag.errors import RagError
from rag.index.records import Passage
from rag.library import Library, ask, retrieve
from rag.retrieval.query import Query
from rag.retrieval.search import Hit

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
