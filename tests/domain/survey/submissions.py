"""One household review as answers, and as the XML and OData that carry them."""

import copy
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

from server.domain.survey.normalise import Normalised, from_openrosa
from server.domain.survey.record import SurveyRecord

HOUSEHOLD_ID = "5f1c0f6e-8a53-4c6e-9a44-3a1fb4a7c2d1"
INSTANCE_ID = "uuid:0d7c7cb6-5d2b-4ad1-9a3f-7f4f1d1f7a10"
RECEIVED = date(2026, 11, 24)
# Fields that OData sends as numbers, because their bind has a number type.
_INTEGERS = {"months_present", "b1_score", "income_per_capita"}
_DECIMALS = {"area_m2", "electricity_kwh", "weight_kg", "height_cm"}


def person(name: str, relation: str, **more: Any) -> dict[str, Any]:
    """One row of the roster; `more` replaces whole groups or single calculates."""
    row: dict[str, Any] = {
        "member_key": f"key-{relation}",
        "person": {"full_name": name, "relation_to_head": relation, "sex": "male"},
        "birth_year": "1960",
        "papers": {"ethnicity": "01"},
    }
    for key, value in more.items():
        row[key] = {**row[key], **value} if isinstance(row.get(key), dict) else value
    return row


_REVIEW: dict[str, Any] = {
    "started_at": "2026-11-20T08:00:00.000+07:00",
    "ended_at": "2026-11-20T08:31:09.123+07:00",
    "device_id": "collect:abc123",
    "username": "dtv01",
    "visit": {
        "reviewer": "Phạm Thị  Ngọc",
        "review_date": "2026-11-20",
        "notice_given": "yes",
        "legal_basis": "legal_duty",
    },
    "place": {"ward": "00229", "residential_group": "15"},
    "household_id": HOUSEHOLD_ID,
    "household": {
        "contact": {"head_name": "Nguyễn Văn Bình", "phone_1": "+84 168 234 5678"},
        "address": {"house_number": "12A", "lane": "9", "street": "Khâm Thiên"},
        "location": {"position": "21.0075 105.8256 12.5 4.9", "photo": "nha.jpg"},
        "roster": {
            "member": [
                person(
                    "Nguyễn Văn Bình",
                    "head",
                    birth_month="3",
                    birth_day="2",
                    papers={"ethnicity": "01", "cccd12_number": "001060012345"},
                    residence_schooling={
                        "resident_status": "permanent",
                        "months_present": "12",
                        "education_level": "primary",
                    },
                    work={"employment": "no_contract", "has_pension": "no"},
                    health={"has_insurance": "unknown"},
                ),
                person(
                    "Nguyễn Thị Hoà",
                    "child",
                    person={"sex": "female"},
                    birth_year="2015",
                    nutrition={"weight_kg": "21.5", "height_cm": "118.0"},
                ),
            ]
        },
        "dwelling": {"wall": "brick_stone", "area_m2": "23.5"},
        "water_power": {"water_source": "tap", "toilet": "none"},
        "information": {"uses_internet": "no", "devices": "none"},
        "economy": {"assets": "motorbike fridge", "b1_score": "120"},
        "standard_2022": {
            "water_2022": "0",
            "toilet_2022": "1",
            "override_2022": [
                {
                    "override_indicator_2022": "WATER",
                    "override_page_2022": {
                        "override_deprived_2022": "yes",
                        "override_reason_2022": "Nước bẩn",
                    },
                }
            ],
        },
        "support": {"causes": "no_job illness"},
    },
    "closing": {"remarks": "Nhà dột."},
    "entity_label": "Nguyễn Văn Bình, ngõ 9",
}


def review(**changes: Any) -> dict[str, Any]:
    """A full review; `changes` are set by path with "__" for "/", None removes one."""
    answers = copy.deepcopy(_REVIEW)
    for path, value in changes.items():
        _set(answers, path.split("__"), value)
    return answers


def _set(answers: dict[str, Any], names: list[str], value: Any) -> None:
    for name in names[:-1]:
        answers = answers.setdefault(name, {})
    if value is None:
        answers.pop(names[-1], None)
    else:
        answers[names[-1]] = value


def as_xml(
    answers: dict[str, Any],
    *,
    instance_id: str = INSTANCE_ID,
    deprecated_id: str = "",
    form_id: str = "household_review",
    create: str = "1",
    update: str = "",
) -> ET.Element:
    """The instance a phone sends: irrelevant nodes absent, some empty, orx
    namespace.
    """
    root = ET.Element(
        "{http://example.org/any}data", {"id": form_id, "version": "2026112501"}
    )
    _append(root, answers)
    ET.SubElement(root, "{http://example.org/any}known_code")
    meta = ET.SubElement(root, "{http://openrosa.org/xforms}meta")
    for name, text in (("instanceID", instance_id), ("deprecatedID", deprecated_id)):
        if text:
            ET.SubElement(meta, "{http://openrosa.org/xforms}" + name).text = text
    entity = ET.SubElement(
        meta,
        "{http://www.opendatakit.org/xforms/entities}entity",
        {
            "dataset": "households",
            "id": answers.get("household_id", ""),
            "create": create,
            "update": update,
        },
    )
    ET.SubElement(entity, "label").text = answers.get("entity_label")
    return root


def _append(parent: ET.Element, answers: dict[str, Any]) -> None:
    for name, value in answers.items():
        for item in value if isinstance(value, list) else [value]:
            child = ET.SubElement(parent, "{http://example.org/any}" + name)
            if isinstance(item, dict):
                _append(child, item)
            else:
                child.text = item


def as_odata(
    answers: dict[str, Any], *, instance_id: str = INSTANCE_ID, root_id: str = ""
) -> dict[str, Any]:
    """The row ODK Central makes of the same instance, with `$expand=*`."""
    row: dict[str, Any] = _typed(copy.deepcopy(answers))
    row["known_code"] = None
    row["meta"] = {
        "audit": None,
        "instanceID": instance_id,
        "entity": {"label": answers.get("entity_label")},
    }
    row["__id"] = root_id or instance_id
    row["__system"] = {"formVersion": "2026112501", "status": None, "edits": 0}
    return row


def _typed(answers: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, value in answers.items():
        if isinstance(value, list):
            row[name + "@odata.navigationLink"] = f"Submissions('x')/{name}"
            row[name] = [{**_typed(item), "__id": "abc"} for item in value]
        elif isinstance(value, dict):
            row[name] = _typed(value)
        elif name == "position" and len(value.split()) == 4:
            latitude, longitude, altitude, accuracy = map(float, value.split())
            row[name] = {
                "type": "Point",
                "coordinates": [longitude, latitude, altitude],
                "properties": {"accuracy": accuracy},
            }
        elif name in _INTEGERS:
            row[name] = int(value)
        elif name in _DECIMALS:
            row[name] = float(value)
        else:
            row[name] = value
    return row


def sent(**changes: Any) -> Normalised:
    """What is made of a review; another roster comes without the head's name
    above it.
    """
    if changes.get("household__roster__member"):
        changes.setdefault("household__contact__head_name", None)
    return from_openrosa(as_xml(review(**changes)), RECEIVED)


def understood(result: Normalised) -> SurveyRecord:
    assert result.record is not None, result.problems
    return result.record


def codes(result: Normalised, *, blocking: bool) -> list[str]:
    return [p.code for p in result.problems if p.blocking is blocking]
