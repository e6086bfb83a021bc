"""The way back: ODK Central's lists of households say what the register says.

A list is read whole, compared, and what differs is sent: new entities many at a time,
changes one by one under the version they are based on. Whatever goes wrong on the way,
another look at the list says what there is still to do; so a lost answer, a second
publisher and a killed one all end alike, and nothing is made twice.
"""

from collections import Counter

from server.dispatch import links
from server.dispatch.expected import fingerprint, wanted_in, wards_with_households
from server.dispatch.links import Plan
from server.domain.actor import SYSTEM
from sync.carrying_out import CarryingOut
from sync.central import Central
from sync.failures import look_for_failures
from sync.lists import ListAt, filters_supported, list_name, ward_of_list
from sync.problems import CentralError
from sync.pull import Progress
from sync.rounds import Office, Outcome

# So often a list is read again because something else happened in it meanwhile.
LOOKS = 5
# What changes something at Central, and is therefore written down.
WRITTEN = {"created", "changed", "removed", "restored", "resolved", "refused"}


def publish_all(office: Office, progress: Progress) -> Outcome:
    """Bring every list to what it should say. Raises CentralError when Central cannot
    even say how it keeps lists."""
    outcome = Outcome()
    for ward_code in wards_of_lists(office.central, office.project):
        at = ListAt(office.central, office.project, list_name(ward_code))
        try:
            outcome.counts[at.name] = +publish(at, ward_code, progress)
        except CentralError as error:
            outcome.problems.append((at.name, error.problem))
            if not error.passing:
                outcome.counts[at.name] = Counter()  # Central is there, and says no
    return outcome


def wards_of_lists(central: Central, project: int) -> list[str | None]:
    """The ward of each list; None is one list for all wards. Raises CentralError."""
    if filters_supported(central, project):
        return [None]
    # A ward whose last household has left has a list to be emptied.
    names = links.names_of_lists(central.url, project)
    left = {ward for name in names if (ward := ward_of_list(name))}
    return [*sorted({*wards_with_households(), *left})]


def publish(at: ListAt, ward_code: str | None, progress: Progress) -> Counter[str]:
    """Bring one list to what it should say; returns what became of how many
    households. Raises CentralError; what was done until then stays done."""
    server = at.central.url
    list_id = links.open_list(server=server, project=at.project, name=at.name).id
    known = links.find_etag(list_id, ward_code)
    if known and at.etag(known) is None:
        return Counter()
    if ward_code is None:
        at.demand_filter()
    at.prepare()
    counts: Counter[str] = Counter()
    behind: set[str] = set()
    for _ in range(LOOKS):
        etag, said = at.etag() or "", fingerprint(ward_code, list_id)
        plan = _compare(at, list_id, ward_code, progress)
        behind |= plan.behind
        work = CarryingOut(at, list_id, ward_code, counts, progress)
        work.run(plan.tasks)
        if not work.has_moved:
            break
    done = {what: number for what, number in (+counts).items() if what in WRITTEN}
    links.published(by=SYSTEM, list_id=list_id, counts=done)
    plan.behind = behind
    look_for_failures(at, plan, counts, progress)
    if work.failure is not None:
        raise work.failure
    unfinished = {name: plan.found[name] for name in ("waiting", "awaited", "strays")}
    if not (plan.tasks or unfinished["waiting"] or unfinished["awaited"]):
        links.remember(list_id=list_id, ward_code=ward_code, etag=etag, said=said)
    return +(counts + Counter(unfinished))


def _compare(
    at: ListAt, list_id: int, ward_code: str | None, progress: Progress
) -> Plan:
    progress(at.name, 0, 0)
    wanted = wanted_in(ward_code, list_id)
    hashes = {name: each.hash or "" for name, each in wanted.items()}
    held = at.read(links.household_ids_of(list_id), hashes)
    return links.compare(by=SYSTEM, list_id=list_id, ward_code=ward_code, held=held)
