"""What a survey says about a household, whatever door it came through.

OpenRosa XML and ODK Central's OData JSON both become one `SurveyRecord`; the computed
household (`server.domain.households.golden`) has the same `Household` shape, so that
matching, assessing and printing never ask where a value came from. `None` means "not
asked or not answered", never "no"; so does an empty tuple in a field that cannot be
None (phones, members). In one that can (devices, assets, causes ...) it means "asked:
none of them".
"""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A date of birth as precise as people know it: many elders know only the year."""

    year: int
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identity number as text: kind is cccd12, cmnd9, cmnd12 or
    birth_registration.
    """

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the roster. `key` is made once on the phone and survives edits."""

    key: str
    full_name: str
    relation_to_head: str | None = None  # head spouse child parent grandparent ...
    sex: str | None = None  # male | female
    birth: BirthDate | None = None
    ethnicity: str | None = None  # statistical code 01..55, 99 unknown
    identifiers: tuple[Identifier, ...] = ()
    resident_status: str | None = None  # permanent | temporary | none
    months_present: int | None = None
    # none primary lower_secondary upper_secondary short_vocational vocational college
    # university: the highest level *finished*
    education_level: str | None = None
    # what the person attends now: none preschool primary lower_secondary upper_secondary
    # vocational college university
    attending: str | None = None
    trained_on_job: bool | None = None
    has_insurance: bool | None = None
    # poor near_poor employer student social_protection merit other
    insurance_type: str | None = None
    # contract no_contract self_employed farm seeking not_seeking unable
    employment: str | None = None
    has_pension: bool | None = None
    disability: str | None = None  # none light heavy extra_heavy
    serious_illness: bool | None = None
    is_pregnant: bool | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    is_malnourished: bool | None = None  # children < 16: stunted or underweight
    social_allowance: bool | None = None  # monthly social assistance (BTXH)
    has_merit: bool | None = None  # người có công
    can_work: bool | None = None
    # asked for the 2016 standard
    ill_untreated: bool | None = None  # severely ill in 12 months and not treated


@dataclass(frozen=True, slots=True)
class Address:
    """An urban address from the inside out; `text` keeps what was said, untouched."""

    house_number: str | None = None  # số nhà
    sub_alley: str | None = None  # hẻm
    alley: str | None = None  # ngách
    lane: str | None = None  # ngõ
    street: str | None = None  # phố, đường
    building: str | None = None  # phòng, nhà, khu tập thể
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A GPS fix in degrees; accuracy and altitude in metres."""

    latitude: float
    longitude: float
    altitude: float | None = None
    accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class Dwelling:
    """House, water, toilet, power. Areas in square metres, power in kWh a month."""

    house_grade: str | None = None  # 2016: permanent semi_permanent fragile simple
    wall: str | None = None  # durable codes: concrete brick_stone durable_wood
    column: str | None = None  # ... reinforced_concrete brick_stone steel durable_wood
    roof: str | None = None  # ... concrete tile
    area_m2: float | None = None
    ownership: str | None = None
    # tap drilled_well protected_dug_well protected_spring rain bottled
    # unprotected_dug_well unprotected_spring river_pond other
    water_source: str | None = None
    # septic semi_septic pour_flush vip double_vault other none
    toilet: str | None = None
    electricity_kwh: float | None = None


@dataclass(frozen=True, slots=True)
class Information:
    """Telecom use and devices. `devices`: tv radio desktop telephone laptop tablet
    smartphone loudspeaker."""

    uses_internet: bool | None = None
    uses_phone: bool | None = None
    devices: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Economy:
    """`b1_score` is an officially computed total typed in; income in VND per head and
    month. `assets`: car motorbike fridge air_conditioner washing_machine water_heater
    microwave boat."""

    b1_score: int | None = None
    income_per_capita: int | None = None
    is_agricultural: bool | None = None
    assets: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A reviewer's own verdict on one indicator of one standard, with the reason."""

    standard: str
    indicator: str
    deprived: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ScoreAnswers:
    """What was answered to the items of a score table, under its standard.

    `items` has the chosen options by number of item, none of them as an empty tuple; an
    item that is not there was not answered. `table` is the checksum of the table that
    was asked, and `phone_total` what the phone made of it.
    """

    standard: str
    table: str
    items: dict[str, tuple[str, ...]]
    phone_total: int | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """The content of a household, in a survey record as in the computed registry."""

    ward_code: str | None = None
    group_code: str | None = None  # residential group, tổ dân phố
    head_name: str | None = None
    members: tuple[Member, ...] = ()
    address: Address = Address()
    phones: tuple[str, ...] = ()
    position: Position | None = None
    photo: str | None = None  # file name within the submission
    dwelling: Dwelling = Dwelling()
    information: Information = Information()
    economy: Economy = Economy()
    # phone_results["vn-2022"]["WATER"] = True when the phone found the household deprived
    phone_results: dict[str, dict[str, bool]] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    causes: tuple[str, ...] | None = None
    needs: tuple[str, ...] | None = None
    support_received: tuple[str, ...] | None = None
    note: str | None = None
    # A list named nobody but the head: how many people it says there are, 0 when it does
    # not say. None is a whole roster.
    stated_members: int | None = field(default=None, metadata={"left_out": None})
    scores: tuple[ScoreAnswers, ...] = field(default=(), metadata={"left_out": ()})

    @property
    def size(self) -> int:
        """How many people there are, as far as anybody said."""
        return max(len(self.members), self.stated_members or 0)


@dataclass(frozen=True, slots=True)
class EntityClaim:
    """What the submission says about the entity list: created or updated
    which household.
    """

    id: str
    is_create: bool
    base_version: int | None = None
    trunk_version: int | None = None
    branch_id: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class SurveyRecord:
    """One understood submission version. Never edited; an edit is another record."""

    form_id: str
    form_version: str
    instance_id: str  # "uuid:..." as sent
    deprecated_id: str | None
    review_date: date
    is_unchanged: bool  # the fast path: last year's answers were confirmed
    household: Household
    entity: EntityClaim | None = None
    reviewer: str | None = None
    device_id: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    notice_given: bool | None = None
    legal_basis: str | None = None
    # How many people the list on the phone said the chosen household has; None when it
    # was not chosen there, or was before this was read.
    told_members: int | None = field(default=None, metadata={"left_out": None})
    # A list that somebody brought and said to name everybody of each household.
    names_everybody: bool | None = field(default=None, metadata={"left_out": None})
    # The question of the office that the phone showed, by its number, and the answer:
    # same split different; None when nobody could find out.
    asked_check: str | None = None
    same_family: str | None = None
