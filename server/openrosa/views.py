"""Every address of this feature: the two doors for phones, and the pages about phones."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from server.inbox.file_store import FileStore
from server.openrosa import paper_pages, phone_pages, phone_views, queries, typing_pages
from server.web.once import acts_once

blueprint = Blueprint("openrosa", __name__)
acts_once(blueprint)

_DOORS = ("/key/<token>", "/openrosa")
_SUBMISSION_METHODS = ["HEAD", "POST"]
_FOR_PHONES = (
    ("/formList", phone_views.form_list),
    ("/forms/<form_id>/<version>/form.xml", phone_views.form),
    ("/forms/<form_id>/<version>/manifest", phone_views.manifest),
    ("/lists/<name>", phone_views.media_list),
    ("/integrity", phone_views.integrity),
)
_TYPED = "/households/<household_id>/paper-form/enter"
_FOR_STAFF = (
    ("/phones", phone_pages.phones, ["GET"]),
    ("/phones/add", phone_pages.add, ["POST"]),
    ("/phones/<int:phone_id>/card", phone_pages.phone_card, ["GET"]),
    ("/phones/<int:phone_id>/revoke", phone_pages.revoke, ["POST"]),
    ("/paper-form", paper_pages.blank_paper, ["GET"]),
    ("/households/<household_id>/paper-form", paper_pages.paper_of, ["GET"]),
    ("/paper-form/enter", typing_pages.type_in_page, ["GET"]),
    ("/paper-form/enter", typing_pages.typed_in, ["POST"]),
    (_TYPED, typing_pages.type_in_page, ["GET"]),
    (_TYPED, typing_pages.typed_in, ["POST"]),
    ("/rounds/<int:round_id>/paper-forms", paper_pages.papers_of_round, ["GET"]),
)

for _door in _DOORS:
    for _address, _view in _FOR_PHONES:
        blueprint.add_url_rule(_door + _address, view_func=_view, strict_slashes=False)
    # A base address typed with a slash too many must not redirect a POST.
    for _address in ("/submission", "//submission"):
        blueprint.add_url_rule(
            _door + _address,
            view_func=phone_views.submission,
            methods=_SUBMISSION_METHODS,
            strict_slashes=False,
            merge_slashes=False,
        )
for _address, _page, _methods in _FOR_STAFF:
    blueprint.add_url_rule(_address, view_func=_page, methods=_methods)


@blueprint.record_once
def _sweep(state: BlueprintSetupState) -> None:
    FileStore(state.app.config["DATA_DIR"] / "files").sweep()
    # The inbox shows answers under the questions of the form that was filled in.
    state.app.extensions["xform_of"] = queries.find_xform
