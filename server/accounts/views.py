"""Every address of this feature."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from server.accounts import repeats, sign_in_pages, token_pages, user_pages

blueprint = Blueprint("accounts", __name__)

_PAGES = (
    ("/sign-in", sign_in_pages.sign_in, ["GET", "POST"]),
    ("/sign-out", sign_in_pages.sign_out, ["POST"]),
    ("/invitation/<token>", sign_in_pages.accept_invitation, ["GET", "POST"]),
    ("/me", sign_in_pages.me, ["GET"]),
    ("/me/password", sign_in_pages.change_password, ["POST"]),
    ("/me/end-sessions", sign_in_pages.end_other_sessions, ["POST"]),
    ("/me/tokens", token_pages.tokens, ["GET"]),
    ("/me/tokens", token_pages.create_token, ["POST"]),
    ("/me/tokens/<int:token_id>/revoke", token_pages.revoke_token, ["POST"]),
    ("/users", user_pages.users, ["GET"]),
    ("/users/add", user_pages.add_user, ["GET", "POST"]),
    ("/users/<int:user_id>", user_pages.user, ["GET"]),
    ("/users/<int:user_id>/change", user_pages.change_user, ["POST"]),
    ("/users/<int:user_id>/disable", user_pages.disable_user, ["POST"]),
    ("/users/<int:user_id>/enable", user_pages.enable_user, ["POST"]),
    ("/users/<int:user_id>/invite", user_pages.invite_user, ["POST"]),
    ("/users/<int:user_id>/end-sessions", user_pages.end_sessions, ["POST"]),
)
for _address, _page, _methods in _PAGES:
    blueprint.add_url_rule(_address, view_func=_page, methods=_methods)


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    extensions = state.app.extensions
    extensions["visitor_loaders"].append(sign_in_pages.load_visitor)
    extensions["visitor_loaders"].append(token_pages.load_program)
    extensions["language_keepers"].append(sign_in_pages.keep_language)
    repeats.init_app(state.app)
