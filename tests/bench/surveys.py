"""Many surveys that differ, for measuring."""

from collections.abc import Iterator
from uuid import UUID
from xml.etree import ElementTree as ET

from tests.domain.survey.submissions import HOUSEHOLD_ID, INSTANCE_ID, as_xml, review


def documents(count: int) -> Iterator[bytes]:
    """So many household reviews, each of a household of its own."""
    template = ET.tostring(as_xml(review(), create=""), encoding="utf-8")
    for number in range(count):
        xml = template.replace(
            INSTANCE_ID.encode(), f"uuid:{UUID(int=number + 1)}".encode()
        )
        yield xml.replace(HOUSEHOLD_ID.encode(), str(UUID(int=number + 7**9)).encode())
