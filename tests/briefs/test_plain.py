"""The markup-free reading of a stretch, and the places of its sentences."""

from __future__ import annotations

import pytest

from rag.briefs.plain import link_words, plain, sentences, source_label


def cut(text: str) -> list[str]:
    """The sentences of a text, as they stand in it."""
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("a [link](#) and [two \\(2\\)](https://x.org/a_(b))", "a link and two (2)"),
        ("*very* **bold** and 3 * 4 and 5\\*", "very bold and 3 * 4 and 5*"),
        ("**At a glance:** Boats float.", "At a glance: Boats float."),
        ("### 1. **Boats**", "1. Boats"),
        ("- one\n- two\n\n* three", "one\ntwo\nthree"),
        ("- *April 2:* The MOF ([MOF notice](#))", "April 2: The MOF (MOF notice)"),
        ("Boats are to be\n\nfast.", "Boats are to be fast."),
        ("Boats are fast.\n\nNets are not.", "Boats are fast.\nNets are not."),
        ("Boats\nare  fast.", "Boats are fast."),
        ("1. Boat\n2. Net", "1. Boat\n2. Net"),
        ("", ""),
        (" \n\n ", ""),
    ],
)
def test_plain(text: str, reading: str) -> None:
    """Links are their words, marks are gone, page breaks are closed, and paragraphs stay apart."""
    assert plain(text) == reading


@pytest.mark.parametrize(
    "text",
    [
        "Boats, e.g. ferries, i.e. ships, cost approx. 3.5 million euros.",
        "Boats, nets, etc. (see article 3) are taxed.",
        "Pony.ai, XPeng Inc. and Chery Automobile Co. sell cars.",
        "The U.S. Congress met Dr. Zhou on Sept. 3 about No. 5 of the list.",
        "Mr. J. Smith said so.",
        "Prices vs. wages (cf. Fig. 3) fell by 1.2 percent",
        "The list ([Link](#)) is long.",
        "Read [one. Two](#) now.",
    ],
)
def test_one_sentence(text: str) -> None:
    """Abbreviations, initials, figures, names with a full stop and link words end no sentence."""
    assert cut(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Boats float. Nets do not! Do hooks? Yes.", ["Boats float.", "Nets do not!", "Do hooks?", "Yes."]),
        ("He said “boats.” The net broke.", ["He said “boats.”", "The net broke."]),
        ("It follows [the “plan.”](#) The net broke.", ["It follows [the “plan.”](#)", "The net broke."]),
        ("It sank in 2025. 3 boats remain.", ["It sank in 2025.", "3 boats remain."]),
        ("It sank. [Nets](#) remain.", ["It sank.", "[Nets](#) remain."]),
        ("They sell nets, boats, etc. The tax is low.", ["They sell nets, boats, etc.", "The tax is low."]),
        ("It bought Net Co. The price was low.", ["It bought Net Co.", "The price was low."]),
        ("Was it so? No. It was not.", ["Was it so?", "No.", "It was not."]),
        ("船很快。网很慢。", ["船很快。", "网很慢。"]),
        ("Wait... Then go.", ["Wait...", "Then go."]),
    ],
)
def test_several_sentences(text: str, expected: list[str]) -> None:
    """A full stop, question or exclamation mark before a new beginning ends a sentence."""
    assert cut(text) == expected


def test_bullets_and_labels() -> None:
    """Each bullet is a sentence of its own; labels, dashes, date labels and source labels are left out."""
    text = (
        "**At a glance:** Boats float. Aims are:\n\n- Build boats\n- Sink nets. Find them again\n\n"
        "MERICs comment: Good.\n\n- *April 2:* The MOF acted ([MOF notice](#), [Xinhua article](#))\n"
    )
    assert cut(text) == [
        "Boats float.",
        "Aims are:",
        "Build boats",
        "Sink nets.",
        "Find them again",
        "Good.",
        "The MOF acted",
    ]


def test_page_breaks() -> None:
    """A sentence or bullet that a page break cuts is one, also where a capital follows the break."""
    text = (
        "Boats are to be\n\nfast. Nets are slow.\n\n- Build and\n\nRepair\n- *May 3:* It opens\n\nA320 lines ([X](#))"
    )
    assert cut(text) == ["Boats are to be\n\nfast.", "Nets are slow.", "Build and\n\nRepair", "It opens\n\nA320 lines"]


def test_headings_are_no_sentences() -> None:
    """A story's heading, a Markdown heading and an explainer's title are left out; a caption is not."""
    text = "1. Boats\n\nAt a glance: They float.\n\n## More\n\nExplainer: What is a boat?\n\nA thing.\n\nBoats by size"
    assert cut(text) == ["They float.", "A thing.", "Boats by size"]


def test_reference_fields_are_whole() -> None:
    """A field is one sentence with its label, without the link after a title, though its parts stand apart."""
    text = "Article: Boat Plan No. 3. Draft\n\n(船计划)\n\n[\\(Link\\)](#)\n\nIssuing body: MOT\nDate: May 2, 2025"
    assert cut(text) == ["Article: Boat Plan No. 3. Draft\n\n(船计划)", "Issuing body: MOT", "Date: May 2, 2025"]


def test_spans_are_in_order_and_trimmed() -> None:
    """Spans do not overlap and have no white space at their ends."""
    text = "  Boats float.   Nets\n sink.  \n\n\n-   Hooks \n"
    spans = sentences(text)
    assert [text[start:end] for start, end in spans] == ["Boats float.", "Nets\n sink.", "Hooks"]
    assert spans == sorted(spans)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("It sank ([A b](#))", "([A b](#))"),
        ("It sank (deep) ([A](#), [B](https://x.org/(y))).", "([A](#), [B](https://x.org/(y)))."),
        ("It sank [\\(Link\\)](#)", "[\\(Link\\)](#)"),
        ("It sank (Xinhua article)", "(Xinhua article)"),
        ("It sank (deep)", None),
        ("It sank (see [A](#))", None),
        ("", None),
    ],
)
def test_source_label(text: str, label: str | None) -> None:
    """A source label is a bracket of links at the end, a lone bracketed link, or a named source without its link."""
    span = source_label(text)
    assert (text[slice(*span)] if span else None) == label


def test_link_words() -> None:
    """The words of links, in order and without markup."""
    assert link_words("[*A* b](#) and [c \\(d\\)](x)") == ["A b", "c (d)"]
