"""The model: every number by which matching decides, with where it came from.

A model is a file. Nothing in it was typed: weights, tables and thresholds are estimated
by `training`, and `origin` says on which data, with which seeds, when.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from server.domain.matching.boosting import Lookup, Question
from server.domain.matching.household_levels import NAMES
from server.domain.matching.meaning import Slopes
from server.domain.matching.person_levels import EVIDENCE
from server.domain.matching.weights import PersonWeights

SHIPPED = Path(__file__).with_name("model.json")


@dataclass(frozen=True, slots=True)
class Zones:
    """From how many bits on a pair is one household without asking, and is asked about;
    `link` is what clusters are cut at, unless a registry can tell better (`adapting`,
    which `doubt` is for)."""

    same: float
    propose: float
    link: float
    doubt: float = 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """Person weights, household tables, calibration (slope and shift of bits), zones;
    and how a registry can tell by itself what bits mean there (`meaning`)."""

    name: str
    persons: PersonWeights
    tables: tuple[Lookup, ...]
    prior: float
    calibration: tuple[float, float]
    zones: Zones
    origin: Mapping[str, Any]
    slopes: Slopes | None = None

    def probability(self, bits: Any) -> Any:
        """What a score, or an array of scores, means."""
        slope, shift = self.calibration
        return 1 / (1 + 2 ** -(slope * bits + shift))


def load_model(path: Path = SHIPPED) -> Model:
    """Read the file of a model. Raises ValueError for one made for other evidence."""
    return read_model(path.read_text(encoding="utf-8"))


def read_model(text: str) -> Model:
    """A model from its text. Raises ValueError for one made for other evidence."""
    data = json.loads(text)
    if not isinstance(data, dict):
        raise KeyError("name")
    if tuple(data["evidence"]) != NAMES or data["levels"] != _levels():
        raise ValueError(f"{data['name']} was made for other evidence; train it again")
    persons = data["persons"]
    return Model(
        name=data["name"],
        persons=PersonWeights(
            {name: tuple(bits) for name, bits in persons["bits"].items()},
            persons["full"],
            persons["given"],
            (persons["bounds"][0], persons["bounds"][1]),
        ),
        tables=tuple(
            Lookup(
                tuple(Question(column, least) for column, least in table["questions"]),
                tuple(table["bits"]),
                tuple(table["counts"]),
            )
            for table in data["tables"]
        ),
        prior=data["prior"],
        calibration=(data["calibration"][0], data["calibration"][1]),
        zones=Zones(**data["zones"]),
        origin=data["origin"],
        slopes=Slopes(**data["slopes"]) if data.get("slopes") else None,
    )


def save_model(model: Model, path: Path) -> None:
    """Write the file of a model."""
    path.write_text(text_of(model), encoding="utf-8")


def text_of(model: Model) -> str:
    """A model as text that can be compared line by line."""
    persons = model.persons
    head = {
        "name": model.name,
        "origin": dict(model.origin),
        "zones": {
            "same": model.zones.same,
            "propose": model.zones.propose,
            "link": model.zones.link,
            "doubt": model.zones.doubt,
        },
        "calibration": list(model.calibration),
        "slopes": asdict(model.slopes) if model.slopes else None,
        "prior": model.prior,
        "evidence": list(NAMES),
        "levels": _levels(),
        "persons": {
            "bits": {name: list(bits) for name, bits in persons.bits.items()},
            "full": persons.full,
            "given": persons.given,
            "bounds": list(persons.bounds),
        },
    }
    lines = json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    tables = ",\n".join(
        json.dumps(
            {
                "questions": [[q.column, q.least] for q in table.questions],
                "bits": [round(b, 4) for b in table.bits],
                "counts": [round(c, 2) for c in table.counts],
            }
        )
        for table in model.tables
    )
    return f'{lines},\n "tables": [\n{tables}\n]\n}}\n'


def _levels() -> dict[str, list[str]]:
    return {name: list(steps) for name, steps in EVIDENCE.items()}
