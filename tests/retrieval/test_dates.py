"""Time in a question's words: windows in which something happened, and years by which something is due."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.retrieval.dates import narrowed, read_times

COVERED = [dt.date(2022, 9, 14), dt.date(2023, 11, 2), dt.date(2024, 4, 2), dt.date(2024, 5, 8)]


def _windows(text: str) -> list[tuple[str, str]]:
    return [(str(w.since), str(w.until)) for w in read_times(text, COVERED).windows]


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("What happened on 14 September 2022?", "2022-09-14", "2022-09-14"),
        ("What happened on September 14th, 2022?", "2022-09-14", "2022-09-14"),
        ("News of 2024-04-09", "2024-04-09", "2024-04-09"),
        ("measures in April 2024", "2024-04-01", "2024-04-30"),
        ("measures in Feb. 2024", "2024-02-01", "2024-02-29"),
        ("measures issued in 2023", "2023-01-01", "2023-12-31"),
        ("the first half of April 2024", "2024-04-01", "2024-04-15"),
        ("in the last week of November 2023", "2023-11-24", "2023-11-30"),
        ("late April 2024", "2024-04-21", "2024-04-30"),
        ("between 20 and 28 November 2023", "2023-11-20", "2023-11-28"),
        ("April 2-9, 2024", "2024-04-02", "2024-04-09"),
        ("from March 28 to April 24, 2023", "2023-03-28", "2023-04-24"),
        ("between March and May 2023", "2023-03-01", "2023-05-31"),
        ("Q2 2023", "2023-04-01", "2023-06-30"),
        ("spring 2024", "2024-03-01", "2024-05-31"),
        ("before 2023", "None", "2022-12-31"),
        ("after April 20, 2024", "2024-04-21", "None"),
        ("since 1 April 2024", "2024-04-01", "None"),
        ("until 15 November 2023", "None", "2023-11-15"),
        ("in the second half of November", "2023-11-16", "2023-11-30"),
        ("the May issue", "2024-05-01", "2024-05-31"),
        ("from the 20th to the end of April 2024", "2024-04-20", "2024-04-30"),
        ("15 April 2024 onwards", "2024-04-15", "None"),
        ("up to and including 13 September 2022", "None", "2022-09-13"),
        ("in January and February 2023", "2023-01-01", "2023-02-28"),
        ("aus der ersten Novemberhälfte 2023", "2023-11-01", "2023-11-15"),
        ("die Oktober-Ausgabe 2022", "2022-10-01", "2022-10-31"),
        ("im Oktober 2024", "2024-10-01", "2024-10-31"),
        ("am 14. September 2022", "2022-09-14", "2022-09-14"),
        ("2024年4月的措施", "2024-04-01", "2024-04-30"),
        ("2022年9月14日", "2022-09-14", "2022-09-14"),
        ("2023年上半年", "2023-01-01", "2023-06-30"),
        ("early September 2022", "2022-09-01", "2022-09-10"),
        ("the first seven days of April 2024", "2024-04-01", "2024-04-07"),
        ("the final 3 days of April 2024", "2024-04-28", "2024-04-30"),
        ("in den letzten zehn Tagen des April 2024", "2024-04-21", "2024-04-30"),
        ("April 2 through April 9, 2024", "2024-04-02", "2024-04-09"),
        ("from 25 April 2024 to the end of that month", "2024-04-25", "2024-04-30"),
        ("run through the first half of April 2024", "2024-04-01", "2024-04-15"),
        ("through April 2024", "None", "2024-04-30"),
        ("the week of 10 April 2023", "2023-04-10", "2023-04-16"),
        ("on the last day of January 2023", "2023-01-31", "2023-01-31"),
        ("dated not before 26 April 2024", "2024-04-26", "None"),
        ("on or before 2 April 2024", "None", "2024-04-02"),
        ("within ten days of 2 April 2024", "2024-03-23", "2024-04-12"),
        ("the 10 days leading up to 1 March 2024", "2024-02-20", "2024-03-01"),
        ("three days after 2 April 2024", "2024-04-03", "2024-04-05"),
        ("3/2023: which moves?", "2023-03-01", "2023-03-31"),
        ("the weekend of 8/9 April 2023", "2023-04-08", "2023-04-09"),
        ("between Christmas 2022 and the end of January 2023", "2022-12-25", "2023-01-31"),
        ("later than 20 November 2023, but still in that year", "2023-11-21", "2023-12-31"),
        ("vom 29. Januar bis einschließlich 3. Februar 2023", "2023-01-29", "2023-02-03"),
        ("after 20 November 2023, what else came that month?", "2023-11-21", "2023-11-30"),
        ("between the 10th and the 20th of April 2024", "2024-04-10", "2024-04-20"),
        ("zwischen dem 4. und dem 9. April 2023", "2023-04-04", "2023-04-09"),
        ("24.4.2024", "2024-04-24", "2024-04-24"),
        ("24/04/2024", "2024-04-24", "2024-04-24"),
        ("04/24/2024", "2024-04-24", "2024-04-24"),
        ("calendar week 16 of 2024", "2024-04-15", "2024-04-21"),
        ("on Valentine's Day 2023", "2023-02-14", "2023-02-14"),
        ("the first fortnight of October 2023", "2023-10-01", "2023-10-14"),
        ("the fortnight running up to 1 May 2023", "2023-04-17", "2023-05-01"),
        ("the two weeks after the robot plan of 2 November 2023", "2023-11-03", "2023-11-16"),
        ("the day after the notice on clusters of September 13, 2022", "2022-09-14", "2022-09-14"),
        ("exactly one week after 6 April 2023", "2023-04-13", "2023-04-13"),
        ("in the run-up to 31 December 2023", "2023-12-01", "2023-12-31"),
        ("starting with 22 November 2023 and through the end of that month", "2023-11-22", "2023-11-30"),
        ("the end of October 2023 (25th to 31st), please", "2023-10-25", "2023-10-31"),
        ("the first week of April 2024, Monday the 1st to Sunday the 7th", "2024-04-01", "2024-04-07"),
        ("late January 2023 (from the 21st on)", "2023-01-21", "2023-01-31"),
        ("seit dem 20. April 2024", "2024-04-20", "None"),
        ("2023年3月28日至31日", "2023-03-28", "2023-03-31"),
        ("2024年4月下旬(21日至30日)", "2024-04-21", "2024-04-30"),
        ("从2023年11月20日起到月底", "2023-11-20", "2023-11-30"),
        ("截至2022年9月8日", "None", "2022-09-08"),
        ("2023年4月以后", "2023-05-01", "None"),
        ("2023年3月底", "2023-03-21", "2023-03-31"),
    ],
)
def test_a_time_in_words_is_a_stretch_of_days(text: str, since: str, until: str) -> None:
    """Days, parts of months, months, quarters, seasons and years are windows, both ends included."""
    assert _windows(text) == [(since, until)]


@pytest.mark.parametrize("text", ["levels 3 and 4 may now be tried", "the top 5 of it", "they march on 3 roads"])
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    """A verb is no month, a rank no day."""
    assert _windows(text) == []


def test_a_window_gives_way_to_one_that_lies_in_it() -> None:
    """What is said twice, once more exactly, is said exactly; an open end inside a stretch ends it."""
    assert [(str(w.since), str(w.until)) for w in narrowed(read_times("on a Sunday of 2023 (9 April)").windows)] == [
        ("2023-04-09", "2023-04-09")
    ]
    assert [(str(w.since), str(w.until)) for w in narrowed(read_times("of 2023, until 30 January").windows)] == [
        ("2023-01-01", "2023-01-30")
    ]


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("after 1 April 2024 and before 9 April 2024", "2024-04-02", "2024-04-08"),
        ("on or after 25 April 2024 but no later than 29 April 2024", "2024-04-25", "2024-04-29"),
        ("from 20 April 2024 onwards, until April 26", "2024-04-20", "2024-04-26"),
    ],
)
def test_a_beginning_and_an_end_are_one_stretch(text: str, since: str, until: str) -> None:
    """Told apart or not."""
    assert [(str(w.since), str(w.until)) for w in narrowed(read_times(text, COVERED).windows)] == [(since, until)]


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("dated before the May 2024 issue", "None", "2024-05-07"),
        ("after the December 2023 issue came out", "2023-12-07", "None"),
        ("the two weeks before the May 2024 issue", "2024-04-24", "2024-05-07"),
        ("between the December 2023 and the May 2024 issues", "2023-12-06", "2024-05-08"),
        ("no older than 20 April 2024", "2024-04-20", "None"),
        ("not later than 10 September 2022", "None", "2022-09-10"),
        ("the days following 20 April 2024", "2024-04-21", "2024-04-25"),
        ("in the first days of April 2024", "2024-04-01", "2024-04-05"),
        ("covered before the May 2024 issue", "None", "2024-04-30"),
    ],
)
def test_an_issue_beside_before_and_after_is_its_day(text: str, since: str, until: str) -> None:
    """What is before an issue is before its day; a few days are five; what was carried was so in other issues."""
    issues = [dt.date(2023, 12, 6), dt.date(2024, 5, 8)]
    (window,) = read_times(text, COVERED, issues=issues).windows
    assert (str(window.since), str(window.until)) == (since, until)


@pytest.mark.parametrize("text", ["robots, except those of 2023", "robots, but not in 2023", "不在2023年的条目"])
def test_a_time_that_is_left_out_is_no_window(text: str) -> None:
    """What items must not be of is kept apart from what they must be of."""
    times = read_times(text, COVERED)
    assert times.windows == ()
    assert [w.since for w in times.excluded] == [dt.date(2023, 1, 1)]


@pytest.mark.parametrize(
    ("text", "years"),
    [("on 2 April, in 2023 as well as in 2024", [2023, 2024]), ("2 April, no matter which year", [2022, 2023, 2024])],
)
def test_a_day_may_be_of_several_years(text: str, years: list[int]) -> None:
    """A day of no year of its own lies in each of the years named, or in all the corpus covers."""
    windows = [w for w in read_times(text, COVERED).windows if w.since == w.until]
    assert [w.since.year for w in windows if w.since] == years


def test_several_times_are_several_windows() -> None:
    """Two months named side by side are two windows, and a year said once is that of both."""
    assert _windows("the pilots of February and November 2023") == [
        ("2023-02-01", "2023-02-28"),
        ("2023-11-01", "2023-11-30"),
    ]


@pytest.mark.parametrize(
    "text", ["goals for 2027", "due by 2027", "2027 as the deadline", "to be reached by the end of 2027"]
)
def test_a_deadline_is_no_window(text: str) -> None:
    """When something is due is not when it was done."""
    times = read_times(text, COVERED)
    assert times.windows == ()
    assert times.deadlines == (2027,)


@pytest.mark.parametrize("text", ["what may change", "march on", "2,023 robots", "C919 and IPv6", "no time at all"])
def test_words_that_only_look_like_times_are_none(text: str) -> None:
    """A verb, an amount and a name are no times."""
    assert read_times(text, COVERED).windows == ()


@pytest.mark.parametrize("text", ["31 February 2024", "February 30, 2024", "2024-02-31", "2023年13月", "99 May 2023"])
def test_a_day_the_calendar_lacks_is_told(text: str) -> None:
    """A day or month that does not exist is no window of another length: it is named."""
    times = read_times(text, COVERED)
    assert times.windows == ()
    assert times.impossible == (text,)


def test_the_words_of_a_time_are_known() -> None:
    """Each window says which words it was read from."""
    text = "Corporate news from before 2023, please"
    (window,) = read_times(text, COVERED).windows
    assert text[slice(*window.span)] == "before 2023"


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("after December 9999", ("9999-12-31", "None")),
        ("in the week of December 31, 9999", ("9999-12-31", "9999-12-31")),
    ],
)
def test_the_ends_of_the_calendar_are_no_trouble(text: str, window: tuple[str, str]) -> None:
    """Where a slip dates an item in such a year: days beyond the first and the last there are, are those."""
    covered = [dt.date(1, 1, 1), *COVERED, dt.date(9999, 12, 31)]
    assert [(str(w.since), str(w.until)) for w in read_times(text, covered).windows] == [window]
