"""Taking the register of a day: every household read once, kept as sealed columns.

It takes a transaction for every few thousand households, so that phones are served
meanwhile, and goes on where it was when it is done again. A small register is taken
while its reader waits; a large one by a job that says how far it is.
"""

from sqlalchemy import delete, func, select, update

from server import clock
from server.db import db, serialise, transaction
from server.domain.scenarios.population import population_of, to_bytes
from server.jobs.actions import enqueue
from server.registry.tables import HouseholdRow
from server.scenarios import queries
from server.scenarios.queries import Moment
from server.scenarios.reading import RegisterReader
from server.scenarios.tables import RegisterCut, RegisterCutPart
from server.standards.queries import law_hash

AT_ONCE = 2000
# So many households are read in a few seconds: somebody can wait for that.
SMALL_REGISTER = 3000


def take_register(*, moment: Moment, anew: bool = False) -> RegisterCut:
    """Take the register of a moment, unless it is there; `anew` takes what it is now.

    Gives one that is ready, or one that a job is taking.
    """
    with transaction() as session:
        serialise("register_cuts")
        found = queries.cut_under_way(moment) or queries.find_cut(moment)
        if found is not None and not (anew and found.state == "ready"):
            return found
        total = session.scalar(select(func.count()).select_from(HouseholdRow)) or 0
        cut = RegisterCut(
            standard=moment.standard,
            pack_hash=law_hash(queries.pack_of(moment.standard)),
            on=moment.on,
            known_on=moment.known_on,
            state="taking",
            taken_at=clock.now(),
            progress_done=0,
            progress_total=total,
        )
        session.add(cut)
        session.flush()
        cut_id = cut.id
        if total > SMALL_REGISTER:
            enqueue("long_register_taken", {"cut_id": cut_id})
            return cut
    take(cut_id)
    return db.session.get_one(RegisterCut, cut_id)


def take(cut_id: int) -> None:
    """Read what is left to read of a register, then put it in place of the former."""
    cut = db.session.get(RegisterCut, cut_id)
    if cut is None or cut.state == "ready":
        return
    reader = RegisterReader.of(queries.moment_of_cut(cut))
    number, after = _so_far(cut_id)
    while ids := _next(after):
        number, after = number + 1, ids[-1]
        content = to_bytes(population_of(reader.people(ids), len(reader.pack.weights)))
        with transaction() as session:
            session.add(
                RegisterCutPart(
                    cut_id=cut_id, number=number, last_id=after, content=content
                )
            )
            session.execute(
                update(RegisterCut)
                .where(RegisterCut.id == cut_id)
                .values(progress_done=RegisterCut.progress_done + len(ids))
            )
    _finish(cut_id, number)


def _finish(cut_id: int, parts: int) -> None:
    with transaction() as session:
        cut = session.get_one(RegisterCut, cut_id)
        if not parts:  # a register without a household is a register, too
            nobody = population_of([], len(queries.pack_of(cut.standard).weights))
            session.add(
                RegisterCutPart(
                    cut_id=cut_id, number=1, last_id="", content=to_bytes(nobody)
                )
            )
        cut.state = "ready"
        moment = queries.moment_of_cut(cut)
        older = [
            each.id
            for each in session.scalars(queries.cuts(moment))
            if each.id < cut_id
        ]
        for table, column in (
            (RegisterCutPart, RegisterCutPart.cut_id),
            (RegisterCut, RegisterCut.id),
        ):
            session.execute(delete(table).where(column.in_(older)))


def _so_far(cut_id: int) -> tuple[int, str]:
    last = db.session.execute(
        select(RegisterCutPart.number, RegisterCutPart.last_id)
        .where(RegisterCutPart.cut_id == cut_id)
        .order_by(RegisterCutPart.number.desc())
        .limit(1)
    ).first()
    return (last[0], last[1]) if last else (0, "")


def _next(after: str) -> list[str]:
    return list(
        db.session.scalars(
            select(HouseholdRow.id)
            .where(HouseholdRow.id > after)
            .order_by(HouseholdRow.id)
            .limit(AT_ONCE)
        )
    )
