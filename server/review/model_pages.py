"""The page of models: what was trained here, how it fares, and which one judges."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from server.domain.matching.field_answers import weights_of
from server.domain.matching.pricing import Share
from server.matching.in_force import model_in_force
from server.review import learned, words
from server.review.threshold_pages import day_of, share
from server.web.i18n import _, number
from server.web.navigation import flash_undo
from server.web.security import actor, allow


@allow()
def show() -> str:
    """Every model with what it reached on judgements that were held out."""
    model = model_in_force()
    return render_template(
        "review/models.html",
        model=model,
        words=words,
        answers=weights_of(model.origin),
        in_force=learned.find_in_force(),
        trained=learned.all_models(),
        counted=lambda pair: share(Share(*pair)),
        lost=lambda value: number(round(value, 3)),
        day_of=day_of,
    )


@allow()
def accept(model_id: int) -> Response:
    """Judge by this model from now on."""
    row = learned.accept(by=actor(), model_id=model_id)
    flash_undo(
        _("Từ nay máy dùng mô hình {name}.", name=row.name),
        url_for("review.take_back_model", model_id=row.id),
    )
    return redirect(url_for("review.models"), 303)


@allow()
def take_back(model_id: int) -> Response:
    """Judge by the model before this one again."""
    learned.take_back(by=actor(), model_id=model_id)
    return redirect(url_for("review.models"), 303)
