"""What programs are told about pairs, judgements and households."""

from marshmallow import Schema, fields

from server.web.api import Told


class Said(Schema):
    """What every word of somebody has: its number, the reason, when and by whom."""

    id = fields.Integer()
    reason = fields.String()
    at = fields.DateTime()
    by = fields.String(attribute="actor_name")


class Taken(Schema):
    """What can be taken back: when and by whom it was; null while it holds."""

    superseded_at = fields.DateTime(allow_none=True)
    superseded_by = fields.String(allow_none=True)


class Lines(Schema):
    """What every page of a list has; `next` is null on the last one."""

    total = fields.Integer()
    is_total_capped = fields.Boolean()
    next = fields.String(allow_none=True)


class Pair(Schema):
    """What a pair is known by wherever it is told."""

    id = fields.Integer()
    state = fields.String()
    band = fields.String()
    score = fields.Float()
    is_certain = fields.Boolean()
    opened_by = fields.String(allow_none=True)


class SideName(Schema):
    """A household of a pair. Outside the caller's areas only `area` is told."""

    household_id = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    head_name = fields.String(allow_none=True)
    area = fields.String()


class ProposalLine(Pair):
    """A pair in the queue."""

    since = fields.DateTime()
    main_evidence = fields.String()
    sides = fields.List(fields.Nested(SideName))


class ProposalLines(Lines):
    """A page of the queue; `next` is null on the last one."""

    proposals = fields.List(fields.Nested(ProposalLine))


class JudgementTold(Said, Taken):
    """What somebody said about two records, and whether it still holds."""

    verdict = fields.String()
    reason_code = fields.String(allow_none=True)
    by_kind = fields.String(attribute="actor_kind")
    left_record_id = fields.String()
    right_record_id = fields.String()
    superseded_reason = fields.String(allow_none=True)
    replaces_id = fields.Integer(allow_none=True)
    restores_id = fields.Integer(allow_none=True)


class JudgementLine(JudgementTold):
    """A judgement in the list, with its pair and the households of today."""

    proposal_id = fields.Integer(allow_none=True)
    sides = fields.List(fields.Nested(SideName))


class JudgementLines(Lines):
    """A page of the judgements; `next` is null on the last one."""

    judgements = fields.List(fields.Nested(JudgementLine))


class OpinionTold(Said):
    """What the first of two people said; the second, somebody else, decides."""

    verdict = fields.String()


class EvidenceTold(Schema):
    """A piece of evidence as a sentence, and for which answer it speaks."""

    text = fields.String()
    speaks = fields.String(metadata={"description": "for, against or neither"})


class FieldAnswerTold(Schema):
    """What a family answered at its door: same, split, different or unknown."""

    answer = fields.String()
    answered_on = fields.Date()
    record_id = fields.String()


class FieldCheckTold(Schema):
    """A question to a family whether the two households are one: open, answered or
    withdrawn."""

    id = fields.Integer(attribute="check.id")
    state = fields.String(attribute="check.state")
    household_id = fields.String(attribute="check.asked_household_id")
    at = fields.DateTime(attribute="check.at")
    by = fields.String(attribute="check.actor_name")
    answers = fields.List(fields.Nested(FieldAnswerTold))


class MemberTold(Schema):
    """A person as one side has them; numbers are masked to their last digits."""

    key = fields.String()
    full_name = fields.String()
    relation_to_head = fields.String(allow_none=True)
    sex = fields.String(allow_none=True)
    birth = fields.String()
    numbers = fields.String()


class SideTold(SideName):
    """One survey of the pair and the household it belongs to."""

    side = fields.String()
    record_id = fields.String()
    review_date = fields.Date()
    reviewer = fields.String(allow_none=True)
    surveys = fields.Integer()
    members = fields.List(fields.Nested(MemberTold))


class LineTold(Schema):
    """One answer: what A and B say, what the household would say, whence and why."""

    path = fields.String()
    label = fields.String()
    left = fields.String()
    right = fields.String()
    result = fields.String()
    side = fields.String()
    why = fields.String()
    is_equal = fields.Boolean()


class PersonTold(Schema):
    """One person on either side, and whether the household would have them."""

    key = fields.String()
    name = fields.String()
    on_left = fields.Boolean()
    on_right = fields.Boolean()
    stays = fields.Boolean()
    why = fields.String()
    lines = fields.List(fields.Nested(LineTold))


class ProposalTold(Pair):
    """A pair with everything its page shows. Send `shown` back with a decision."""

    may_decide = fields.Boolean()
    model_score = fields.Float(
        metadata={"description": "the probability before what a family answered"}
    )
    answer = fields.String(
        allow_none=True,
        metadata={"description": "same, split or different: what a family answered"},
    )
    answer_bits = fields.Float(metadata={"description": "what the answer adds"})
    needs_two_people = fields.Boolean()
    shown = fields.String()
    distance_metres = fields.Integer(allow_none=True)
    evidence = fields.List(fields.Nested(EvidenceTold))
    sides = fields.List(fields.Nested(SideTold))
    hidden_area = fields.String(allow_none=True)
    lines = fields.List(fields.Nested(LineTold))
    people = fields.List(fields.Nested(PersonTold))
    judgement = fields.Nested(JudgementTold, allow_none=True)
    other_judgements = fields.List(fields.Nested(JudgementTold))
    opinion = fields.Nested(OpinionTold, allow_none=True)
    field_checks = fields.List(fields.Nested(FieldCheckTold))


class Decided(Schema):
    """The judgement, and the households of the two records now."""

    judgement = fields.Nested(JudgementTold)
    household_ids = fields.List(fields.String())


class OpinionKept(Schema):
    """Kept as the opinion of the first of two people: nothing was joined yet."""

    opinion = fields.Nested(OpinionTold)


class ChangeTold(Schema):
    """An answer that is another one now."""

    label = fields.String()
    before = fields.String()
    after = fields.String()


class DifferenceTold(Schema):
    """What changed of one side since the caller opened the pair."""

    side = fields.String()
    is_other_household = fields.Boolean()
    changes = fields.List(fields.Nested(ChangeTold))


class Stale(Schema):
    """Not done: somebody was faster, or the pair is not as it was shown. `proposal` is
    the pair as it is now."""

    problems = fields.List(fields.Nested(Told))
    differences = fields.List(fields.Nested(DifferenceTold))
    proposal = fields.Nested(ProposalTold, allow_none=True)


class LaterTold(Schema):
    """Something that came while two households were one, and where it is now."""

    kind = fields.String()
    at = fields.DateTime()
    household_id = fields.String()
    other_household_id = fields.String()


class Undone(Schema):
    """The judgement that holds again, if there is one; the households now; and what a
    person has to look through."""

    restored = fields.Nested(JudgementTold, allow_none=True)
    household_ids = fields.List(fields.String())
    to_look_through = fields.List(fields.Nested(LaterTold))


class BranchTold(Schema):
    """A survey, and the judgement that joins it to the one above (by `depth`)."""

    depth = fields.Integer()
    record_id = fields.String()
    review_date = fields.Date()
    received_at = fields.DateTime()
    sent_by = fields.String()
    judgement = fields.Nested(JudgementTold, allow_none=True)


class ChangeMade(Said, Taken):
    """Judgements and corrections that were made as one thing."""

    kind = fields.String()


class Lineage(Schema):
    """Where a household comes from, what was told apart from it, what was changed."""

    household_id = fields.String()
    code = fields.String()
    state = fields.String()
    merged_into = fields.String(allow_none=True)
    surveys = fields.List(fields.Nested(BranchTold))
    told_apart = fields.List(fields.Nested(JudgementTold))
    changes = fields.List(fields.Nested(ChangeMade))
    open_proposals = fields.List(fields.Integer())


class ChangeUndone(Schema):
    """The change that holds no more."""

    change = fields.Nested(ChangeMade)
