"""Which forms phones get through ODK Central, with the files that go with them.

Where lists can be filtered there is one form for everybody. Where they cannot, each ward
has a variant that names the ward's own list, so that nobody is given another ward's
households: docs/decisions tell why, and what it costs.
"""

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from server import clock
from server.areas.queries import area_on, descendants
from server.central.app_users import scope_of_phones
from server.domain.actor import SYSTEM, Scope
from server.domain.survey.forms import variant_of
from server.openrosa import form_library, media
from server.openrosa.actions import release_forms
from server.openrosa.form_library import ConvertedForm
from server.openrosa.queries import newest_forms
from sync.form_versions import WantedForm
from sync.lists import NAME, list_name

_QUOTED = re.compile(rf"""(["']|jr://file-csv/){NAME}(["']|\.csv["'])""")


def forms_for_all() -> list[WantedForm]:
    """One form each, with the wards and groups of all phones."""
    scope = scope_of_phones()
    return [_wanted(form, scope, NAME) for form in _released()]


def forms_for_wards(ward_codes: Iterable[str]) -> dict[str, list[WantedForm]]:
    """By ward: each form with the ward's own list."""
    forms = list(_released())
    return {
        code: [
            _wanted(_variant(form, code), _scope_of(code), list_name(code))
            for form in forms
        ]
        for code in ward_codes
    }


def _released() -> Iterator[ConvertedForm]:
    """The newest version of each, as it is kept here for ever: what comes back is shown
    under its questions."""
    release_forms(by=SYSTEM)
    for form in newest_forms():
        yield ConvertedForm(form.form_id, form.version, form.title, form.xform)


def _wanted(form: ConvertedForm, scope: Scope, list_file: str) -> WantedForm:
    files, lists = {}, []
    for name in form_library.media_names(form.xform):
        if name == f"{list_file}.csv":
            lists.append(name)
        else:
            files[name] = media.LISTS[name].content(scope)
    return WantedForm(
        form_id=form.form_id,
        version=form.version,
        title=form.title,
        xform=form.xform,
        files=files,
        lists=lists,
    )


def _scope_of(ward_code: str) -> Scope:
    ward = area_on(ward_code, clock.today())
    ids = {ward.id} if ward else set()
    return Scope(frozenset(ids | descendants(ids)))


def _variant(form: ConvertedForm, ward_code: str) -> ConvertedForm:
    form_id, name = variant_of(form.form_id, ward_code), list_name(ward_code)
    ward = area_on(ward_code, clock.today())
    title = f"{form.title} – {escape(ward.name if ward else ward_code)}"
    text = form.xform.decode()
    text = _QUOTED.sub(rf"\g<1>{name}\g<2>", text)
    text = text.replace(f'id="{form.form_id}"', f'id="{form_id}"', 1)
    text = text.replace(f"<h:title>{form.title}<", f"<h:title>{title}<", 1)
    return ConvertedForm(form_id, form.version, title, text.encode())
