"""The real questionnaire at a fake Central, and answers to it."""

from xml.etree import ElementTree as ET

from flask import Flask

from tests.domain.survey.submissions import as_xml, review
from tests.fakes.central import FakeCentral
from tests.forms.review import xform
from tests.sync.office import Office

VERSION = "2026112501"


class SurveyOffice(Office):
    """Households of a few ids, told apart by the code that a test gives."""

    def __init__(self, app: Flask, fake: FakeCentral) -> None:
        super().__init__(app, fake, "household_review")

    def publish(self, version: str = VERSION, more: str = "") -> None:
        path = f"projects/{self.project}/forms"
        content = questionnaire(version)
        self.central.send("POST", path, content=content, params={"publish": "true"})

    def publish_again(self, version: str, more: str = "") -> None:
        self.central.send("POST", f"{self.path}/draft", content=questionnaire(version))
        self.central.send("POST", f"{self.path}/draft/publish")

    def xml(self, name: str, code: str, old: str = "", version: str = VERSION) -> bytes:
        household = f"5f1c0f6e-8a53-4c6e-9a44-{int(code) % 4:012}"
        root = as_xml(
            review(
                household_id=household,
                visit__review_date=f"2026-11-{1 + int(code) % 20:02}",
                household__location__photo="a.jpg",
            ),
            instance_id=name,
            deprecated_id=old,
        )
        root.set("version", VERSION)
        return ET.tostring(root, encoding="utf-8")


def questionnaire(version: str = VERSION) -> bytes:
    text = xform().decode()
    at = text.index('version="', text.index('id="household_review"')) + len('version="')
    return (text[:at] + version + text[text.index('"', at) :]).encode()
