"""The page's parts and what happens when one asks: a Gradio chat with the sources beside it.

Takes an opened library; gives Gradio blocks. All HTML comes from `rag.web.render`; Gradio's sanitiser goes over it once
more. Conversation and panel are drawn from the session's turns, never from what a client sends back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from rag.errors import RagError
from rag.web.conversation import Turns, converse
from rag.web.examples import example_questions
from rag.web.markup import escape
from rag.web.render import TITLE, conversation_html, header_html, sources_html

if TYPE_CHECKING:
    import gradio as gr

    from rag.answers.records import Coverage
    from rag.library import Library

# Two cores answer in milliseconds: more at once would only make each slower. Who waits sees the place in the queue.
AT_ONCE = 4
MOST_WAITING = 64
LATIN = "-apple-system|BlinkMacSystemFont|Segoe UI|Roboto|Noto Sans|Helvetica Neue|Liberation Sans|Arial"
CHINESE = "PingFang SC|Hiragino Sans GB|Microsoft YaHei|Noto Sans CJK SC|Noto Sans SC"
FAILED = "Something went wrong here. Your question is back in the box; the server's log says more."
_WELCOME = (
    '<div class="welcome"><h2>What would you like to know?</h2>'
    "<p>Answers come in the briefs&#39; own sentences, each with the number of its source. "
    "What the briefs do not say is not answered.</p></div>"
)


def theme() -> gr.themes.Base:
    """System fonts only, Chinese ones included; colours are in style.css."""
    import gradio as gr

    families = [gr.themes.Font(name) for name in (*LATIN.split("|"), *CHINESE.split("|"), "sans-serif")]
    return gr.themes.Base(font=families, font_mono=[gr.themes.Font("ui-monospace"), gr.themes.Font("monospace")])


def make_page(library: Library) -> gr.Blocks:
    """The page over a library."""
    import gradio as gr

    coverage = library.coverage()
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        turns = gr.State(())
        _html(header_html(coverage), "head")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                with gr.Column(elem_id="welcome") as welcome:
                    _html(_WELCOME)
                    examples = [gr.Button(text, elem_classes="example") for text in example_questions(library)]
                # gr.Chatbot reads an answer's HTML source to screen readers and brings buttons that bypass the session
                chat = _html("", "chat", visible=False)
                with gr.Column(elem_id="ask"):
                    notice = _html("", "notice")
                    box = gr.Textbox(
                        label="Your question",
                        elem_id="question",
                        placeholder="Ask about a plan or a company …",
                        lines=1,
                        max_lines=6,
                        submit_btn="Ask",
                    )
                    anew = gr.Button("New conversation", elem_id="anew", visible=False)
            sources = _html(sources_html((), coverage), "sources")
        shown = [turns, chat, sources, welcome, box, notice, anew]
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        ask, failed, clear = _steps(library, coverage)
        for start, given in [(box.submit, box), *((example.click, example) for example in examples)]:
            start(ask, [given, turns], shown, **private).failure(failed, turns, shown, **private)
        anew.click(clear, None, shown, **private)
    page.queue(api_open=False, max_size=MOST_WAITING, default_concurrency_limit=AT_ONCE)
    return page  # type: ignore[no-any-return]  # Gradio's decorated classes have no type


def _html(value: str, name: str | None = None, *, visible: bool = True) -> gr.Markdown:
    """A part that shows our HTML. gr.HTML would do it too, but needs a page that may run any text as a script."""
    import gradio as gr

    return gr.Markdown(value, elem_id=name, visible=visible, latex_delimiters=[])


def _steps(
    library: Library, coverage: Coverage
) -> tuple[Callable[..., Iterator[list[Any]]], Callable[[Turns], list[Any]], Callable[[], list[Any]]]:
    """What happens on a question, after a fault of ours, and for a new conversation: each gives every shown part."""
    import gradio as gr

    def draw(turns: Turns, question: object = "", problem: str = "") -> list[Any]:
        said = f'<p class="problem">{escape(problem)}</p>' if problem else ""
        chat = gr.update(value=conversation_html(turns), visible=bool(turns))
        return [
            turns,
            chat,
            sources_html(turns, coverage),
            gr.update(visible=not turns),
            question,
            said,
            gr.update(visible=bool(turns)),
        ]

    def ask(question: str, turns: Turns) -> Iterator[list[Any]]:
        try:
            yield from map(draw, converse(library, turns, question))
        except RagError as problem:  # the asker can mend it: it is said, and the question stays
            yield draw(turns, question, str(problem))

    def failed(turns: Turns) -> list[Any]:
        if turns and not turns[-1].whole:
            return draw(turns[:-1], turns[-1].question, FAILED)
        return draw(turns, gr.skip(), FAILED)

    return ask, failed, lambda: draw(())
