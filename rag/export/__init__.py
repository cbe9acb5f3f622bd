"""Conversations to hand on: as Markdown and Word with numbered notes, their sources as BibTeX and CSL-JSON."""
