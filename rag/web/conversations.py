"""The view of the conversations that a browser keeps: its frame and its words; and what stands below the question box.

Gives HTML. The list itself is drawn by the page's script (`files/conversations.js`): only the browser has it, and no
server is told of it. Knows nothing of what a conversation is made of.
"""

from __future__ import annotations

# By the name of the route that gives the file, in words.
FORMS = {"markdown": "Markdown", "word": "Word", "bibtex": "BibTeX", "csl-json": "CSL-JSON"}


def conversations_html() -> str:
    """The frame of the view."""
    return (
        '<div class="page conversations"><h2>Conversations</h2>'
        "<p>They are kept in this browser and nowhere else, over a reload and a restart of the server. There is room "
        "for 4&#160;MB; beyond that the ones unused for longest go, and the page says which. What is removed here is "
        "gone, and so is all of it where this browser’s data are cleared: to have one for good, export it.</p>"
        '<p class="word" role="status"></p><div class="kept"></div></div>'
    )


def taking_html() -> str:
    """What can be done with the whole conversation: exported, in each form, or found again beside the others."""
    buttons = "".join(
        f'<li><button type="button" class="export" value="{name}">{words}</button></li>'
        for name, words in FORMS.items()
    )
    return (
        f'<div class="taking"><details class="export"><summary>Export</summary><ul>{buttons}</ul></details> '
        '<a href="?conversations">Conversations</a></div>'
    )
