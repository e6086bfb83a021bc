"""What a phone may ask for: forms, lists, and to send."""

import gzip
import hashlib

from flask import Response, current_app, request, url_for

from server.accounts.tables import Phone
from server.dispatch.queries import deleted
from server.domain.actor import SYSTEM
from server.domain.problems import Problem, Refused
from server.inbox.file_store import FileStore
from server.openrosa import documents, media
from server.openrosa.actions import release_forms
from server.openrosa.doors import device_id, for_phones, xml
from server.openrosa.form_library import media_names
from server.openrosa.queries import find_form, newest_forms, scope_of_phone
from server.openrosa.reception import take_in
from server.openrosa.tables import ReleasedForm

_WORTH_PACKING = 1000


@for_phones
def form_list(phone: Phone) -> Response:
    """Every form a phone should have. Never a part of them: Collect deletes the rest."""
    forms = newest_forms()
    if not forms:
        release_forms(by=SYSTEM)
        forms = newest_forms()
    if not forms:
        raise Refused(Problem("no_form_released"), status=503)
    wanted = request.args.get("formID")
    return _served(
        documents.form_list(
            documents.ListedForm(
                form_id=form.form_id,
                name=form.title,
                version=form.version,
                md5=_md5(form.xform),
                download_url=_address(
                    "form", form_id=form.form_id, version=form.version
                ),
                manifest_url=_address(
                    "manifest", form_id=form.form_id, version=form.version
                ),
            )
            for form in forms
            if wanted in (None, form.form_id)
        )
    )


@for_phones
def form(phone: Phone, form_id: str, version: str) -> Response:
    """The bytes of one version, the same for ever."""
    return _served(_released(form_id, version).xform)


@for_phones
def manifest(phone: Phone, form_id: str, version: str) -> Response:
    """The lists a form reads, as far as they concern this phone."""
    scope = scope_of_phone(phone)
    lists = [media.LISTS[n] for n in media_names(_released(form_id, version).xform)]
    return _served(
        documents.manifest(
            documents.ListedFile(
                name=one.name,
                md5=media.md5_of(one, scope),
                download_url=_address("media_list", name=one.name),
                integrity_url=_address("integrity") if one.is_entity_list else None,
            )
            for one in lists
        )
    )


@for_phones
def media_list(phone: Phone, name: str) -> Response:
    """One list."""
    if name not in media.LISTS:
        raise Refused(Problem("list_unknown", "", {"value": name}), status=404)
    content = media.LISTS[name].content(scope_of_phone(phone))
    return _served(content, "text/csv; charset=utf-8")


@for_phones
def integrity(phone: Phone) -> Response:
    """Which of the phone's own households it must drop."""
    ids = {one for one in request.args.get("id", "").split(",") if one}
    return _served(documents.integrity(deleted(ids, scope_of_phone(phone))))


@for_phones
def submission(phone: Phone) -> Response:
    """HEAD says what may be sent, POST takes it."""
    if request.method == "HEAD":
        response = Response(status=204)
        response.headers["X-OpenRosa-Accept-Content-Length"] = str(
            current_app.config["ACCEPT_CONTENT_LENGTH"]
        )
        del response.headers["Content-Type"]
        return response
    reception = take_in(
        phone=phone,
        body=request.stream,  # type: ignore[arg-type]
        content_type=request.headers.get("Content-Type", ""),
        store=FileStore(current_app.config["DATA_DIR"] / "files"),
        device_id=device_id(),
    )
    return xml(documents.message(reception.message, nature="submit_success"), 201)


def _released(form_id: str, version: str) -> ReleasedForm:
    found = find_form(form_id, version)
    if found is None:
        values = {"value": form_id, "version": version}
        raise Refused(Problem("form_unknown", "", values), status=404)
    return found


def _address(view: str, **values: str) -> str:
    """An absolute address behind the door the phone came through."""
    token = (request.view_args or {}).get("token")
    path = url_for(f"openrosa.{view}", token=token, **values)
    base = current_app.config["PUBLIC_URL"] or request.host_url
    return base.rstrip("/") + path


def _served(content: bytes, content_type: str = "text/xml; charset=utf-8") -> Response:
    """With a validator, so that an unchanged list costs no bytes; packed for slow
    connections. Packed bytes have a validator of their own."""
    tag = _md5(content)
    is_packed = "gzip" in request.accept_encodings and len(content) > _WORTH_PACKING
    if is_packed:
        content, tag = gzip.compress(content, mtime=0), f"{tag}-gzip"
    response = Response(content, content_type=content_type)
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(tag)
    return response.make_conditional(request)  # type: ignore[return-value]


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
