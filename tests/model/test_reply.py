"""A reply as statements: where they end, which keys are theirs, and that nothing but plain text leaves."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.briefs.corpus import read_corpus
from rag.briefs.plain import plain, sentences
from rag.model.reply import LINK, LONGEST, Piece, ReplyReader, is_refusal

KNOWN = ("k3f", "d9w")
Read = list[tuple[str, tuple[str, ...]]]


def pieces(text: str, step: int = 0) -> list[Piece]:
    """The statements of a reply that comes so many characters at a time; 0: all at once."""
    reader, found = ReplyReader(KNOWN), []
    for at in range(0, len(text), step or len(text) or 1):
        found += reader.feed(text[at : at + (step or len(text))])
    return found + reader.finish()


def read(text: str) -> Read:
    """Texts and keys of the statements."""
    return [(piece.text, piece.keys) for piece in pieces(text)]


def texts(text: str) -> list[str]:
    """Texts of the statements."""
    return [piece.text for piece in pieces(text)]


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("[k3f]", ("k3f",)), ("[k3f][d9w]", ("k3f", "d9w")), ("[k3f] [d9w]", ("k3f", "d9w")),
        ("[k3f], [d9w]", ("k3f", "d9w")), ("[k3f] and [d9w]", ("k3f", "d9w")), ("[k3f, d9w]", ("k3f", "d9w")),
        ("[k3f; d9w]", ("k3f", "d9w")), ("[k3f and d9w]", ("k3f", "d9w")), ("[Source: k3f]", ("k3f",)),
        ("[Sources: k3f, d9w]", ("k3f", "d9w")), ("[Source k3f]", ("k3f",)), ("(k3f)", ("k3f",)),
        ("（k3f）", ("k3f",)), ("(k3f, d9w)", ("k3f", "d9w")), ("(see [k3f])", ("k3f",)), ("[K3F]", ("k3f",)),
        ("【k3f】", ("k3f",)), ("［ｋ３ｆ］", ("k3f",)), ("[^k3f]", ("k3f",)), ("**[k3f]**", ("k3f",)),
        ("`[k3f]`", ("k3f",)), (r"\[k3f\]", ("k3f",)), ("[k3f](http://evil.example)", ("k3f",)), ("[ k3f ]", ("k3f",)),
        ("[k3f][k3f]", ("k3f",)), ("[1]", ("1",)), ("[x7q]", ("x7q",)), ("[k3f, x7q]", ("k3f", "x7q")),
        ("[item 9]", ("9",)), ("[Source: MIIT notice]", ("MIIT notice",)), ("[Z9]", ("Z9",)),
    ],
)  # fmt: skip
def test_keys_are_read_in_every_form(written: str, keys: tuple[str, ...]) -> None:
    """Keys before and behind the full stop belong to their sentence and leave its text; unknown ones stay."""
    after = ("It rains.", ())
    assert read(f"The plan wants 492 robots {written}. It rains.") == [("The plan wants 492 robots.", keys), after]
    assert read(f"The plan wants 492 robots. {written} It rains.") == [("The plan wants 492 robots.", keys), after]
    assert read(f"The plan wants 492 robots.{written} It rains.") == [("The plan wants 492 robots.", keys), after]
    assert read(f"The plan wants 492 robots. {written}. It rains.") == [("The plan wants 492 robots.", keys), after]
    assert read(f"The plan wants 492 robots {written}") == [("The plan wants 492 robots", keys)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In [2023] it grew.", "In 2023 it grew."),
        ("He [the minister] said so.", "He the minister said so."),
        ("Robots (not k3f) came.", "Robots (not k3f) came."),
        ("Robots (x7q) came.", "Robots (x7q) came."),
        ("The word k3f stands alone.", "The word k3f stands alone."),
    ],
)
def test_other_brackets_are_words(text: str, found: str) -> None:
    """Square brackets around anything else go, their words stay; round ones hold keys only where all are known."""
    assert read(text) == [(found, ())]


def test_a_sentence_without_keys_inherits_none() -> None:
    """Keys belong to one sentence; neither the one before nor the one behind shares them."""
    assert read("One came. Two came [k3f]. Three came.") == [
        ("One came.", ()),
        ("Two came.", ("k3f",)),
        ("Three came.", ()),
    ]


def test_keys_on_a_line_of_their_own_belong_to_the_line_before() -> None:
    """A line of keys is nobody's statement, nor is a list of sources at the end."""
    text = "One came.\n[k3f]\n\nTwo came.\n\nSources: [k3f], [d9w]"
    assert read(text) == [("One came.", ("k3f",)), ("Two came.", ())]


def test_keys_before_a_sentence_are_its_own() -> None:
    """A line that begins with its key has it."""
    assert read("[k3f] One came.\n[d9w]: Two came.") == [("One came.", ("k3f",)), ("Two came.", ("d9w",))]


@pytest.mark.parametrize(
    "text",
    [
        "It grew by 3.5 percent, e.g. in U.S. plants, see No. 3 and Art. 5.",
        "Wobble Co. Ltd. made 1.2 million cars.",
        "Am 5. Oktober beginnt der Plan.", "Im 3. Quartal sind es 3 Mrd. Yuan, z. B. Geld.",
        "第二期计划有492台机器人。",
        "Dr. Li said that J. Smith left.", "It costs approx. 5 yuan vs. 4 yuan.", "5. Oktober 2022 war der Tag.",
        "Firms like JD.com and Trip.com grew by <5 percent and ~500 cars.", "R&D at snake_case and 5 * 3 grew!",
    ],
)  # fmt: skip
def test_one_sentence_stays_one(text: str) -> None:
    """Abbreviations, decimals, ordinals, initials and names end no sentence, and no sign of them is lost."""
    assert read(text) == [(text, ())]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three? Four.", ["One.", "Two!", "Three?", "Four."]),
        ("一。二！三？", ["一。", "二！", "三？"]),
        ('He said "no." "Yes," she said.', ['He said "no."', '"Yes," she said.']),
        ("One line\ngoes on here.\nNext line.", ["One line goes on here.", "Next line."]),
        ("One line\r\ngoes on here.", ["One line goes on here."]),
        ("# Head\n\nText.", ["Head", "Text."]),
        ("Targets:\n- one\n- two", ["Targets:", "one", "two"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["a, b", "1, 2"]),
        ("> quoted\n\n---\n\n~~gone~~ **bold** _it_ `code`", ["quoted", "gone bold it code"]),
        ("```python\nprint(1)\n```\nText.", ["print(1)", "Text."]),
        ("Der Plan gilt. Ärzte helfen.", ["Der Plan gilt.", "Ärzte helfen."]),
        ("Robots came [k3f]. eVTOL makers too.", ["Robots came.", "eVTOL makers too."]),
    ],
)
def test_a_reply_is_cut_into_statements(text: str, found: list[str]) -> None:
    """Sentences, bullets, headings, rows and lines are statements of their own, free of Markdown."""
    assert texts(text) == found


def test_bullets_and_numbered_lines_are_told() -> None:
    """The first sentence of a bullet begins it, the next one does not."""
    found = pieces("Text:\n- one. Two.\n* three\n1. four\n2) five\nsix.")
    assert [(piece.text, piece.bullet) for piece in found] == [
        ("Text:", False), ("one.", True), ("Two.", False), ("three", True), ("four", True), ("five six.", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('See ![x](http://e.example/a "t")this.', "See this."),
        ("See [this](https://e.example/?q=(1)).", "See this."),
        ("See [![x](http://e.example/a)](http://e.example/b)this.", "See this."),
        ("See <b onload=x>this</b><!-- not\nthis --><img src=x>.", "See this."),
        ("See <<b>img src=x onerror=y>.", "See img src=x onerror=y>."),
        ("See <|im_start|>this<s></s>[INST].", "See this."),
        ("See http://e.example/x. ", f"See {LINK}."),
        ("See (https://e.example).", f"See {LINK}."),
        ("See www.e.example, now.", f"See {LINK}, now."),
        ("See java**script**:alert(1).", f"See {LINK}."),
        ("See ht\u200btps://e.example.", f"See {LINK}."),
        ("See //e.example/x.", f"See {LINK}."),
        ("See e.example/leak?x.", f"See {LINK}."),
        ("See /gradio_api/file=/etc/passwd.", f"See {LINK}."),
        ("See data:text/html;base64,AA.", f"See {LINK}."),
        ("See spy@e.example.", f"See {LINK}."),
        ("See\u202e \x1bthis\ufeff.", "See this."),
    ],
)
def test_nothing_live_leaves(text: str, found: str) -> None:
    """Links become their words, images and tags vanish, addresses are named as removed, hidden characters go."""
    assert read(text) == [(found, ())]


def test_the_open_tail_shows_no_half_key() -> None:
    """Letter by letter, what may be shown grows without brackets, keys or Markdown, and is never whole."""
    reader, shown = ReplyReader(KNOWN), []
    for character in "The **plan** wants 492 robots [k3f][d":
        assert reader.feed(character) == []
        shown.append(reader.open)
    assert shown[-1] == Piece("The plan wants 492 robots", ("k3f",), False, False)
    assert not [piece for piece in shown if set(piece.text) & set("[]*") or "k3" in piece.text or piece.whole]
    assert reader.feed("9w]. Next ") == [Piece("The plan wants 492 robots.", ("k3f", "d9w"), True, False)]
    assert reader.open.text == "Next"


@pytest.mark.parametrize("tail", ["", " [k", " [k3f", " [Source: k3", " [this](http://e.exam", " ![x](http"])
def test_a_reply_that_breaks_off_is_not_whole(tail: str) -> None:
    """The last statement without full stop and key is told, and nothing of a key or address that broke off is shown."""
    assert pieces(f"One came [k3f]. Two{tail}")[1].text in ("Two", "Two this")
    assert [piece.whole for piece in pieces(f"One came [k3f]. Two{tail}")] == [True, False]


def test_a_reply_with_its_last_full_stop_is_whole() -> None:
    """A full stop or a key ends the last statement."""
    assert [piece.whole for piece in pieces("One came. Two came.")] == [True, True]
    assert [piece.whole for piece in pieces("Two came [k3f]")] == [True]


@pytest.mark.parametrize(
    "text",
    ["NOT STATED", "NOT STATED.", "**NOT STATED**", "not stated", "[NOT STATED]", "NOT STATED. The items differ."],
)
def test_the_word_for_nothing_stated_is_a_refusal(text: str) -> None:
    """The agreed words, however they are dressed, also with more behind them."""
    assert is_refusal(text)
    assert is_refusal(texts(text)[0])


@pytest.mark.parametrize(
    "text", ["", "Not stated was the date.", "The date is NOT STATED.", "NOTSTATED", "NOT STATEDLY"]
)
def test_other_words_are_no_refusal(text: str) -> None:
    """Words that merely hold the agreed ones are an answer."""
    assert not is_refusal(text)


def test_a_refusal_does_not_flash_up() -> None:
    """While a reply may become the agreed words nothing of it is shown."""
    reader = ReplyReader(KNOWN)
    for character in "NOT STA":
        reader.feed(character)
        assert reader.open.text == ""
    reader.feed("GED")
    assert reader.open.text == "NOT STAGED"


@pytest.mark.parametrize("text", ["", "\n \n", "...", "[k3f]", "***", "- ", "![x](y)"])
def test_a_reply_that_says_nothing_has_no_statements(text: str) -> None:
    """Markup, signs and keys alone are no statement."""
    assert pieces(text) == []


def test_every_sentence_of_a_brief_comes_through_as_it_is(editions: Path) -> None:
    """A model that copies a sentence of a brief is read as that one sentence, unaltered, with its key."""
    items = [item for issue in read_corpus(editions) for item in issue.items]
    copied = [plain(item.text[start:end]) for item in items for start, end in sentences(item.text)]
    assert len(copied) > 500
    altered = [text for text in copied if read(f"{text} [k3f]\n\n") != [(" ".join(text.split()), ("k3f",))]]
    assert len(altered) == 0


def test_a_statement_without_end_is_cut() -> None:
    """A text without a full stop is cut at a space, so that what is kept back stays bounded."""
    found = pieces("word " * 1000)
    assert max(len(piece.text) for piece in found) <= LONGEST
    assert sum(piece.text.count("word") for piece in found) == 1000


WORDS = (
    "[", "]", "(", ")", "k3f", "[k3f]", "【d9w】", " ", "  ", "\n", "\r\n", ".", "!", "?", "。", "The", "the ", "5",
    "3. ", "*", "**", "- ", "1. ", "`", "```", "~", "|", "#", "<b>", "<", ">", "<!--", "-->", "![", "](", "http://e.example/a",
    "www.", "_", "\\", ",", "Oktober", "U.S.", "e.g.", " and ", "\u200b", "\ue000", '"', "”", "---", "[1]",
    "NOT STATED", "[x7q]", "(k3f)", "(see [k3f])",
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60).map("".join), st.data())
def test_how_a_reply_is_cut_makes_no_difference(text: str, data: st.DataObject) -> None:
    """Whole, letter by letter or cut anywhere, a reply has the same statements, and none holds a bracket."""
    whole = pieces(text)
    assert pieces(text, step=1) == whole
    assert pieces(text, step=data.draw(st.integers(2, 20))) == whole
    assert not [piece for piece in whole if set(piece.text) & set("[]【】\ue000\ue001\u200b\n") or not piece.text]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=400, max_size=1500).map("".join), st.integers(1, 50))
def test_long_replies_are_cut_alike_too(text: str, step: int) -> None:
    """Also where statements are cut for their length."""
    assert pieces(text, step=step) == pieces(text)


def _seconds(text: str, step: int) -> float:
    """Of this thread, reading the reply in steps and looking at its tail now and then."""
    start = time.thread_time()
    reader = ReplyReader(KNOWN)
    for at in range(0, len(text), step):
        reader.feed(text[at : at + step])
    reader.finish()
    return time.thread_time() - start


UNITS = (
    "The plan wants 492 robots [k3f]. ", "a", " ", "[", "]", "](", "(", "( ", "[k3f]", "[k3f], ", "*", "_", "`", "~",
    "!", "![", "<", "<a", "<!--", "|", "- ", "- a\n", "1. ", "1. a\n", "\n", "。", "中", ".", "x. ", "e.g. ", "Co. ",
    "a.", "a-", "a@", "http://a", "www.", "file=", "\ue000", "\u200b", "# ", "> ", "```", "\\", "🙂",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_the_length_only(unit: str) -> None:
    """Four times the reply takes about four times the time, in small pieces as at once."""
    for step, length in ((5, 10_000), (10**6, 50_000)):
        short, long = (unit * (size // len(unit)) for size in (length, 4 * length))
        before, after = min(_seconds(short, step) for _ in range(2)), _seconds(long, step)
        assert after < 0.05 or after < 8 * before, f"{before:.3f} s, then {after:.3f} s in steps of {step}"


def test_a_megabyte_in_small_pieces_is_read() -> None:
    """A reply of one megabyte, four characters at a time, gives all of its statements within seconds."""
    text = "The plan wants 492 robots [k3f]. " * (10**6 // 33)
    reader = ReplyReader(KNOWN)
    start = time.thread_time()
    found = sum(len(reader.feed(text[at : at + 4])) for at in range(0, len(text), 4)) + len(reader.finish())
    assert found == 10**6 // 33
    assert time.thread_time() - start < 30
