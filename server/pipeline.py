"""The journey of a submission, from the inbox to the phones, on one page.

    submission_received   read it: a survey record, or quarantine with the reasons
      └ record_added      compare the record with those it may be one household with
          ├ households_changed   assess the households, publish them to phones, and let
          │                      their open cases see the survey
          └ record_matched       count it on the phone that sent it
    correction_made       compute the household again      └ households_changed
    matching_renewed      read, count or compare some records anew  └ matching_renewed
    withdrawal_changed    compute the household without it, or with it again
    field_check_changed   show phones what to ask, or not to ask any more
    long_table_changed    give phones the form that asks the signed score tables
      └ households_changed       assess those under the standard by the table of now
    status_recognised     publish the household to phones; its pairs weigh more; a case
                          whose decision was withdrawn is open again
    day_began             which households have a status that began or ended since
      └ statuses_moved    publish them to phones; their pairs weigh more
    long_list_read        read a list that somebody brought; nothing of it counts yet
    list_step             make submissions of the next hundred of its households
      ├ submission_received      as of any survey
      └ list_settle       when all are computed: enter what the list says was recognised
    long_register_taken   read the households of a day for what somebody supposes
    list_undo_step        take the next hundred back   └ withdrawal_changed

Each handler does its work in the one transaction in which the worker marks the job as
done, leaves what follows as a further job in it, and may be repeated: the second time it
finds its work done. So submissions may come late, twice, edited and in any order.
"""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from server.central.senders import note_sender
from server.db import serialise, transaction
from server.dispatch import actions as dispatch
from server.dispatch.queries import household_of_entity, statuses_moved
from server.domain.actor import SYSTEM
from server.domain.poverty.load import all_packs
from server.domain.survey.quality import check_interview
from server.imports import reading, stepping
from server.inbox import actions as inbox
from server.inbox import contents, queries
from server.jobs.actions import enqueue, enqueue_all
from server.openrosa.actions import release_forms
from server.registry import actions as registry
from server.registry import queries as registry_queries
from server.registry.counting import records_about
from server.review import actions as review
from server.review import renewing, weighing
from server.rounds import acts
from server.rounds.stepping import notice_surveys
from server.scenarios import taking
from server.status import actions as status
from server.status.queries import assessed_under
from server.status.stakes import stakes

HOUSEHOLDS_AT_ONCE = 200


def understand(submission_id: int) -> None:
    """Make a survey record of a submission, or park it with the reasons why not."""
    with transaction():
        if not queries.is_waiting(submission_id):
            return
        submission = queries.get_submission(submission_id)
        note_sender(submission)
        result, found = contents.understand(submission)
        if result.record is None:
            inbox.quarantine(
                by=SYSTEM,
                submission_id=submission_id,
                problems=result.problems,
                head_name=found.head_name,
            )
            return
        entity = result.record.entity
        warnings = (*result.problems, *check_interview(result.record))
        record_id = registry.add_record(
            by=SYSTEM,
            submission_id=submission_id,
            record=result.record,
            warnings=warnings,
            received_at=submission.received_at,
            stands_for=household_of_entity(entity.id) if entity else None,
        )
        inbox.understood(
            by=SYSTEM,
            submission_id=submission_id,
            problems=warnings,
            head_name=contents.head_of(result.record),
        )
        enqueue("record_added", {"record_id": record_id})


def match(record_id: str) -> None:
    """Find the household of a new record, and propose where a person must decide.

    The phone that sent it waits to see its own update counted, even one that changes
    nothing here or turns out to be of another household.
    """
    with transaction():
        review.match_record(by=SYSTEM, record_id=record_id)
        renewing.count_when_doubled(record_id)
        claimed = registry_queries.seeds_of([record_id])[record_id].household_id
        enqueue("record_matched", {"household_ids": [str(claimed)]})


def bring_up_to_date(household_ids: Collection[str]) -> None:
    """Assess households that changed, then show phones what they are now."""
    with transaction():
        serialise("registry")  # nobody merges them meanwhile
        status.assess(household_ids=household_ids)
        dispatch.publish(household_ids=household_ids)
        weighing.keep_stakes(stakes=stakes(household_ids))
        notice_surveys(household_ids=household_ids)


def relink(record_ids: Collection[str]) -> None:
    """Compute the households of these records again."""
    review.relink(record_ids=record_ids)


def recount(submission_id: int) -> None:
    """A submission was withdrawn, or is back: its household is another one now."""
    with transaction():
        records = records_about([submission_id])
        if records:
            review.recount(record_ids=records)


def publish(household_ids: Collection[str]) -> None:
    """Show phones what these households are now, and how often they were updated."""
    dispatch.publish(household_ids=household_ids)


def follow_recognition(recognition_id: int, household_ids: Collection[str]) -> None:
    """Phones show a recognised status, and more is at stake when pairs are decided."""
    with transaction():
        acts.follow_recognition(recognition_id=recognition_id)
        follow_statuses(household_ids)


def follow_statuses(household_ids: Collection[str]) -> None:
    """Also when they moved by the calendar alone."""
    with transaction():
        publish(household_ids)
        weighing.keep_stakes(stakes=stakes(household_ids))


def follow_table(standard: str) -> None:
    """A score table was signed, or is signed no more. What was assessed by the one of
    before is kept as past; nothing is done to what was recognised."""
    release_forms(by=SYSTEM)
    with transaction():
        heirs = {pack.id for pack in all_packs() if pack.inherits == standard}
        found = assessed_under({standard, *heirs})
        enqueue_all(
            "households_changed",
            [
                {"household_ids": found[start : start + HOUSEHOLDS_AT_ONCE]}
                for start in range(0, len(found), HOUSEHOLDS_AT_ONCE)
            ],
        )


def follow_the_calendar(day: str, since: str | None) -> None:
    """Statuses begin and end, and standards replace others, without anybody's doing."""
    with transaction():
        first = date.fromisoformat(since) if since else None
        moved = statuses_moved(first, date.fromisoformat(day))
        enqueue_all(
            "statuses_moved",
            [
                {"household_ids": moved[start : start + HOUSEHOLDS_AT_ONCE]}
                for start in range(0, len(moved), HOUSEHOLDS_AT_ONCE)
            ],
        )


HANDLERS: dict[str, Callable[[dict[str, Any]], None]] = {
    "submission_received": lambda given: understand(given["submission_id"]),
    "record_added": lambda given: match(given["record_id"]),
    "record_matched": lambda given: publish(given["household_ids"]),
    "households_changed": lambda given: bring_up_to_date(given["household_ids"]),
    "correction_made": lambda given: relink(given["record_ids"]),
    "withdrawal_changed": lambda given: recount(given["submission_id"]),
    "matching_renewed": renewing.go_on,
    "field_check_changed": lambda given: publish(given["household_ids"]),
    "status_recognised": lambda given: follow_recognition(
        given["recognition_id"], given["household_ids"]
    ),
    "statuses_moved": lambda given: follow_statuses(given["household_ids"]),
    "day_began": lambda given: follow_the_calendar(given["day"], given["since"]),
    "long_table_changed": lambda given: follow_table(given["standard"]),
    "long_list_read": lambda given: reading.read(given["import_id"]),
    "long_register_taken": lambda given: taking.take(given["cut_id"]),
    "list_step": lambda given: stepping.hand_over(**given),
    "list_settle": lambda given: stepping.settle(**given),
    "list_undo_step": lambda given: stepping.take_back(**given),
}
