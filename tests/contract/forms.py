"""The forms of the recorded exchanges, as XForms: the recorder kept no workbooks."""

import re
from pathlib import Path

HERE = Path(__file__).parent
_ENTITY = re.compile(
    r"<meta><entity.*?</entity></meta>"
    r"|<(bind|setvalue) (nodeset|ref)=\"[^\"]*/entity/[^>]*/>"
    r"| entities:(saveto|entities-version)=\"[^\"]*\"",
    re.DOTALL,
)


def register(version: str = "2026112301") -> bytes:
    """The survey of households; from the second version on it asks for a telephone."""
    text = (HERE / "hh_register.xml").read_text(encoding="utf-8")
    text = text.replace("2026112301", version)
    if version != "2026112301":
        text = text.replace("<hh_label/>", "<hh_label/><phone/>")
        bind = '<bind nodeset="/data/hh/phone" type="string" entities:saveto="phone"/>'
        income = '<bind nodeset="/data/hh/income"'
        text = text.replace(income, f"{bind}\n{income}", 1)
    return text.encode()


def review() -> bytes:
    """The review of a household from the list that phones have."""
    return (HERE / "hh_review.xml").read_bytes()


def bulk(version: str = "1") -> bytes:
    """The survey without entities."""
    text = _ENTITY.sub("", (HERE / "hh_register.xml").read_text(encoding="utf-8"))
    text = text.replace('id="hh_register" version="2026112301"', "ID", 1)
    text = text.replace("ID", f'id="hh_bulk" version="{version}"', 1)
    title = r"<h:title>bulk</h:title>"
    return re.sub(r"<h:title>.*?</h:title>", title, text).encode()
