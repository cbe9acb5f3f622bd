"""The page's parts and which event redraws which: a Gradio chat with the sources beside it, and a view to browse.

Takes an opened library; gives Gradio blocks. What an event does is in `rag.web.handlers`. All HTML is ours, and
Gradio's sanitiser goes over it once more. Buttons inside it, the filters and the address reach the server through
hidden text boxes, which `files/dom.js` fills: a Gradio button cannot stand inside an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.web.api import add_endpoints
from rag.web.browse import welcome_html
from rag.web.conversations import taking_html
from rag.web.handlers import Handlers
from rag.web.render import TITLE

if TYPE_CHECKING:
    import gradio as gr

    from rag.library import Library
    from rag.web.kept import Seals

# Answers that are made at once, of those asked on pages, and as many of those asked by programs: two cores answer in
# milliseconds, more at once would only make each slower. Who waits sees the place in the queue.
AT_ONCE = 4
MOST_WAITING = 64
LATIN = "-apple-system|BlinkMacSystemFont|Segoe UI|Roboto|Noto Sans|Helvetica Neue|Liberation Sans|Arial"
CHINESE = "PingFang SC|Hiragino Sans GB|Microsoft YaHei|Noto Sans CJK SC|Noto Sans SC"


def theme() -> gr.themes.Base:
    """System fonts only, Chinese ones included; colours are in `styles/`."""
    import gradio as gr

    families = [gr.themes.Font(name) for name in (*LATIN.split("|"), *CHINESE.split("|"), "sans-serif")]
    return gr.themes.Base(font=families, font_mono=[gr.themes.Font("ui-monospace"), gr.themes.Font("monospace")])


def make_page(library: Library, seals: Seals) -> gr.Blocks:
    """The page over a library. `seals`: what seals the turns that browsers keep."""
    import gradio as gr

    on = Handlers(library, seals)
    now = dict(zip(Handlers.OPENED, on.open(), strict=True))
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        add_endpoints(library)  # first: an event takes its name of those that are left
        turns, editing, talk = gr.State(()), gr.State(None), gr.State("")
        head = _html(now["head"], "head")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                welcome = _html(now["welcome"], "welcome")
                # gr.Chatbot reads an answer's HTML source to screen readers and brings buttons that bypass the session
                chat = _html("", "chat", visible=False)
                with gr.Column(elem_id="narrow"):
                    filters = _html(now["filters"], "filters")
                    remaining = _html(now["remaining"], "remaining")
                listing = _html(now["listing"], "listing")
                panel = _html("", "panel")
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
                    with gr.Row(elem_id="below"):
                        stop = gr.Button("Stop", elem_id="stop", visible=False)
                        anew = gr.Button("New conversation", elem_id="anew", visible=False)
                        _html(taking_html(), "taking")
            sources = _html(now["sources"], "sources")
            reading = _html(welcome_html(), "reading")
        action, chosen, address, place = (_hidden(name) for name in ("action", "chosen", "address", "place"))
        renewed = _hidden("renewed")
        kept, ready = _html("", "kept"), _html("", "ready")
        parts = {"turns": turns, "editing": editing, "talk": talk, "chat": chat, "sources": sources, "welcome": welcome}
        parts |= {"box": box, "notice": notice, "anew": anew, "stop": stop, "kept": kept}
        shown = [parts[name] for name in Handlers.ASKED]
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        answered = {**private, "concurrency_id": "answers"}
        asked = box.submit(on.ask, [box, chosen, turns, editing, talk], shown, trigger_mode="once", **answered)
        acted = action.change(
            on.act, [action, chosen, turns, editing, talk], shown, trigger_mode="multiple", **answered
        )
        stop.click(on.stop, [turns, talk], shown, cancels=[asked, acted], **private)
        anew.click(on.clear, None, shown, cancels=[asked, acted], **private)
        chosen.change(on.narrow, [chosen, place], [remaining, listing, panel], trigger_mode="always_last", **private)
        place.change(on.view, [place, chosen], panel, trigger_mode="always_last", **private)
        address.change(on.read, address, reading, trigger_mode="always_last", **private)
        anew_drawn = [head, filters, remaining, listing, sources]
        renewed.change(on.renew, [chosen, turns], anew_drawn, trigger_mode="always_last", **private)
        page.load(on.open, None, [head, welcome, filters, remaining, listing, sources, ready], **private)
    page.queue(api_open=False, max_size=MOST_WAITING, default_concurrency_limit=AT_ONCE)
    return page  # type: ignore[no-any-return]  # Gradio's decorated classes have no type


def _html(value: str, name: str | None = None, *, visible: bool = True) -> gr.Markdown:
    """A part that shows our HTML. gr.HTML would do it too, but needs a page that may run any text as a script."""
    import gradio as gr

    return gr.Markdown(value, elem_id=name, visible=visible, latex_delimiters=[])


def _hidden(name: str) -> gr.Textbox:
    """A text box that nobody sees: the page's script fills it, and its change is an event."""
    import gradio as gr

    return gr.Textbox(elem_id=name, label=name, visible="hidden")
