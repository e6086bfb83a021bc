"""The worlds the shipped model is learned and measured on, each with its seed.

`python -m tests.bench.matching_worlds --generator vnhouse.py --out worlds` writes one
folder for each, with `world.json` beside the submissions: what it was made from. Then,
in that folder, `matching train` learns the model in one run (docs/matching.md). None of
these seeds is measured on by `tests.bench.matching`, and neither the other province
(`elsewhere`) nor the uplands are learned from.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

# What no form asks in a village: no streets, positions from the hamlet's house or the
# other side of the valley, nine-digit cards, shared phones, heads who hand over.
VILLAGE = (
    "e_addr_missing=3.0", "gps_hub=0.3", "gps_sigma=[120.0,1.0]", "gps_max=900.0", "e_id_old=1.0",
    "e_dob_missing=0.1", "ev_head_change=0.05", "p_neighbor_phone=0.2", "p_no_phone=0.4", "p_block=0.0",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """One folder: a preset of the generator with what is changed about it."""

    name: str
    preset: str
    seed: int
    households: int
    changes: tuple[str, ...] = ()


LEARNED = (
    World("field-401", "field", 401, 44_000),
    World("harsh-402", "harsh", 402, 36_000),
    World("harsh-112", "harsh", 112, 24_000),
    World("harsh-7007", "harsh", 7007, 24_000),
    World("typing-403", "harsh", 403, 12_000, (
        "e_tok_typo=0.03", "e_tok_tone=0.03", "dia_none=0.6", "e_name_missing=0.01", "e_swap=0.04", "e_mid_drop=0.12",
        "e_addr_missing=0.02", "e_dob_yearonly=0.1", "e_dob_0101=0.05", "id_missing_head=0.2",
    )),
    World("namesakes-404", "field", 404, 16_000, (
        "p_namesake=0.06", "p_coresident=0.10", "p_twin_head=0.004", "ev_split=0.03", "ev_move=0.06",
        "ev_head_change=0.03", "p_neighbor_phone=0.12", "e_addr_num=0.04", "id_missing_head=0.5", "e_dob_year1=0.05",
        "e_dob_swapdm=0.04",
    )),
    World("village-405", "field", 405, 8_000, VILLAGE),
    World("village-406", "harsh", 406, 8_000, VILLAGE),
)  # fmt: skip
MEASURED = (
    World("field-301", "field", 301, 26_000),
    World("harsh-302", "harsh", 302, 10_000),
    World("harsh-303", "harsh", 303, 24_000),
)


def main() -> int:
    """Write every world that is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generator", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    for world in (*LEARNED, *MEASURED):
        place = chosen.out / world.name
        if not (place / "world.json").exists():
            subprocess.run(command(chosen.generator, world, place), check=True)
            said = {"generator": chosen.generator.name, **asdict(world)}
            (place / "world.json").write_text(json.dumps(said, indent=1) + "\n")
    return 0


def command(generator: Path, world: World, place: Path) -> Sequence[str]:
    """How the generator is asked for one world."""
    asked = [sys.executable, str(generator), "--households", str(world.households)]
    asked += ["--preset", world.preset, "--seed", str(world.seed), "--out", str(place)]
    return asked + [part for change in world.changes for part in ("--set", change)]


if __name__ == "__main__":
    sys.exit(main())
