"""Forms that act once: a double click, a resend and "back, then send" do nothing again.

Each form that a page shows carries a word of its own. What a browser sends with a word
that was used for the very same contents is answered with where the first sending led to.
Other contents from the same page are another matter and are carried out.

Whether something was sent before is kept beside what it did, in one transaction, by
`server.accounts.sent_forms`.
"""

import hashlib
import secrets

from flask import Blueprint, Flask, current_app, request

FIELD = "once"
_KEPT = "acts_once"
# Words that differ each time a page is made and say nothing.
_NOT_CONTENTS = frozenset({"csrf_token", FIELD})
_CHUNK = 1 << 20


def acts_once(blueprint: Blueprint) -> None:
    """The forms of a feature act once."""
    blueprint.record_once(
        lambda state: state.app.extensions.setdefault(_KEPT, set()).add(blueprint.name)
    )


def init_app(app: Flask) -> None:
    """Give templates the word for their forms."""
    app.extensions.setdefault(_KEPT, set())
    app.jinja_env.globals["form_word"] = lambda: secrets.token_urlsafe(12)


def key_of_form(user_id: int) -> str | None:
    """What tells this sending from every other; None for one that need not act once."""
    is_asked = request.method == "POST" and (
        request.blueprint in current_app.extensions[_KEPT]
    )
    word = request.form.get(FIELD, "") if is_asked else ""
    if not word:
        return None
    said = hashlib.sha256()
    for part in (str(user_id), request.full_path, word):
        said.update(part.encode() + b"\0")
    for name, value in sorted(request.form.items(multi=True)):
        if name not in _NOT_CONTENTS:
            said.update(f"{name}\0{value}\0".encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda each: each[0]):
        said.update(f"{name}\0{file.filename}\0".encode())
        while chunk := file.stream.read(_CHUNK):
            said.update(chunk)
        file.stream.seek(0)
    return said.hexdigest()
