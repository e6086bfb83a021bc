"""The questions of the form `household_review`, and where each answer goes."""

from server.domain.people.identity_numbers import (
    BIRTH_REGISTRATION,
    CCCD12,
    CMND9,
    CMND12,
)
from server.domain.survey.fields import (
    Field,
    FormTable,
    Kind,
    Overrides,
    choice,
    choices,
    decimal,
    integer,
    yes_no,
)

_RECORD = (
    Field("started_at", "started_at", Kind.INSTANT),
    Field("ended_at", "ended_at", Kind.INSTANT),
    Field("device_id", "device_id", Kind.TEXT),
    Field("visit/reviewer", "reviewer", Kind.NAME),
    yes_no("visit/notice_given", "notice_given"),
    choice("visit/legal_basis", "legal_basis", "legal_duty consent"),
    integer("known_member_count", "told_members", 0, 1000),
    Field("check_id", "asked_check", Kind.TEXT),
    choice("confirm/same_family", "same_family", "same split different"),
    yes_no("confirm/is_unchanged", "is_unchanged"),
)
_HOUSEHOLD = (
    Field("place/ward", "ward_code", Kind.CODE),
    Field("place/residential_group", "group_code", Kind.CODE),
    Field("household/contact/head_name", "head_name", Kind.NAME),
    Field("household/address/house_number", "address.house_number", Kind.TEXT),
    Field("household/address/sub_alley", "address.sub_alley", Kind.TEXT),
    Field("household/address/alley", "address.alley", Kind.TEXT),
    Field("household/address/lane", "address.lane", Kind.TEXT),
    Field("household/address/street", "address.street", Kind.TEXT),
    Field("household/address/building", "address.building", Kind.TEXT),
    Field("household/address/address_text", "address.text", Kind.TEXT),
    Field("household/location/position", "position", Kind.POSITION),
    Field("household/location/photo", "photo", Kind.FILE),
    choice(
        "household/dwelling/house_grade",
        "dwelling.house_grade",
        "permanent semi_permanent fragile simple",
    ),
    choice(
        "household/dwelling/wall",
        "dwelling.wall",
        "concrete brick_stone durable_wood other_wood metal_sheet bamboo_leaf_earth"
        " other",
    ),
    choice(
        "household/dwelling/column",
        "dwelling.column",
        "reinforced_concrete brick_stone steel durable_wood other_wood bamboo other",
    ),
    choice(
        "household/dwelling/roof",
        "dwelling.roof",
        "concrete tile metal_sheet leaf other",
    ),
    decimal("household/dwelling/area_m2", "dwelling.area_m2", 0, 10_000),
    choice(
        "household/dwelling/ownership",
        "dwelling.ownership",
        "owned state_rented rented borrowed other",
    ),
    choice(
        "household/water_power/water_source",
        "dwelling.water_source",
        "tap drilled_well protected_dug_well protected_spring rain bottled"
        " unprotected_dug_well unprotected_spring river_pond other",
    ),
    choice(
        "household/water_power/toilet",
        "dwelling.toilet",
        "septic semi_septic pour_flush vip double_vault other none",
    ),
    decimal(
        "household/water_power/electricity_kwh", "dwelling.electricity_kwh", 0, 100_000
    ),
    yes_no("household/information/uses_internet", "information.uses_internet"),
    yes_no("household/information/uses_phone", "information.uses_phone"),
    choices(
        "household/information/devices",
        "information.devices",
        "tv radio desktop telephone laptop tablet smartphone loudspeaker",
    ),
    choices(
        "household/economy/assets",
        "economy.assets",
        "car motorbike fridge air_conditioner washing_machine water_heater microwave"
        " boat",
    ),
    yes_no("household/economy/is_agricultural", "economy.is_agricultural"),
    integer("household/economy/b1_score", "economy.b1_score", 0, 1_000),
    integer(
        "household/economy/income_per_capita",
        "economy.income_per_capita",
        0,
        1_000_000_000,
    ),
    choices("household/support/causes", "causes"),
    choices("household/support/needs", "needs"),
    choices("household/support/support_received", "support_received"),
    Field("closing/remarks", "note", Kind.TEXT),
)
_MEMBER = (
    Field("person/full_name", "full_name", Kind.NAME),
    choice(
        "person/relation_to_head",
        "relation_to_head",
        "head spouse child parent grandparent grandchild sibling child_in_law other",
    ),
    choice("person/sex", "sex", "male female"),
    Field("papers/ethnicity", "ethnicity", Kind.CODE),
    choice(
        "residence_schooling/resident_status",
        "resident_status",
        "permanent temporary none",
    ),
    integer("residence_schooling/months_present", "months_present", 0, 12),
    choice(
        "residence_schooling/attending",
        "attending",
        "none preschool primary lower_secondary upper_secondary vocational college"
        " university",
    ),
    choice(
        "residence_schooling/education_level",
        "education_level",
        "none primary lower_secondary upper_secondary short_vocational vocational"
        " college university",
    ),
    yes_no("residence_schooling/trained_on_job", "trained_on_job"),
    yes_no("work/can_work", "can_work"),
    choice(
        "work/employment",
        "employment",
        "contract no_contract self_employed farm seeking not_seeking unable",
    ),
    yes_no("work/has_pension", "has_pension"),
    yes_no("health/has_insurance", "has_insurance"),
    choice(
        "health/insurance_type",
        "insurance_type",
        "poor near_poor employer student social_protection merit other",
    ),
    choice("health/disability", "disability", "none light heavy extra_heavy"),
    yes_no("health/serious_illness", "serious_illness"),
    yes_no("health/ill_untreated", "ill_untreated"),
    yes_no("health/is_pregnant", "is_pregnant"),
    yes_no("health/social_allowance", "social_allowance"),
    yes_no("health/has_merit", "has_merit"),
    decimal("nutrition/weight_kg", "weight_kg", 0.3, 300),
    decimal("nutrition/height_cm", "height_cm", 20, 250),
    yes_no("nutrition/is_malnourished", "is_malnourished"),
)
_IDENTIFIERS = {
    "papers/cccd12_number": CCCD12,
    "papers/cmnd9_number": CMND9,
    "papers/cmnd12_number": CMND12,
    "papers/birth_registration_number": BIRTH_REGISTRATION,
}
_INDICATORS = {
    "2022": "EMP_JOB EMP_DEPEND HEALTH_NUTR HEALTH_INS EDU_ADULT EDU_CHILD HOUSE_QUAL"
    " HOUSE_AREA WATER TOILET TELECOM INFO_ASSET",
    "2016": "HEALTH_VISIT HEALTH_INS EDU_ADULT EDU_CHILD HOUSE_QUAL HOUSE_AREA WATER"
    " TOILET TELECOM INFO_ASSET",
}
# What the phone asks, shows or computes for itself; the birth date comes from its three
# calculates, which know about precision, and not from the questions behind them.
_NOT_READ = """
    username find/search_in find/typed_name find/typed_name_folded pick/picked_in_group
    pick/picked_in_ward new_household_id known_code known_head_name known_address
    known_last_status known_last_review known_label check_about entity_label
    confirm/known_summary visit/warn_review_date visit/notice
    household/contact/head_name_folded household/contact/given_name_folded
    household/contact/same_name_count household/contact/warn_same_name
    household/address_line household/address_folded household/search_text
    household/location/position_consent household/location/photo_consent
    household/roster/member_count household/economy/economy_basis
    household/standard_2022/weak_parts household/standard_2022/unknown_parts
"""
_NOT_READ_OF_MEMBER = """
    member_position person/birth_precision person/birth_date person/birth_month_stated
    person/birth_year_stated person/age_stated age age_months papers/identity_kinds
    papers/personal_number papers/number_century_digit papers/number_birth_year
    papers/warn_number_length papers/warn_number_sex papers/warn_number_year
    papers/warn_number_cmnd9 is_working_age lacks_job is_elderly_or_disabled
    is_dependant is_malnourished_child lacks_insurance is_studying level_rank
    lacks_adult_education_2022 attending_rank lacks_schooling_2022 lacks_treatment
    lacks_adult_education_2016 lacks_schooling_2016
"""
_NOT_READ_OF_STANDARD = (
    "deprived_count_{0} results_{0}/overruled_{0} results_{0}/summary_{0}"
    " override_count_{0} override_{0}/override_name_text_{0}"
    " override_{0}/override_page_{0}/override_name_{0}"
)
_MEMBERS_PATH = "household/roster/member"


def _standard(year: str) -> str:
    return f"household/standard_{year}"


def _not_read() -> tuple[str, ...]:
    member = [f"{_MEMBERS_PATH}/{path}" for path in _NOT_READ_OF_MEMBER.split()]
    standard = [
        f"{_standard(year)}/{path}"
        for year in _INDICATORS
        for path in _NOT_READ_OF_STANDARD.format(year).split()
    ]
    return (*_NOT_READ.split(), *member, *standard)


TABLES = (
    FormTable(
        form_id="household_review",
        since=None,
        until=None,
        review_date="visit/review_date",
        entity_id="household_id",
        known_entity="known_household",
        record=_RECORD,
        household=_HOUSEHOLD,
        phones=("household/contact/phone_1", "household/contact/phone_2"),
        members_path=_MEMBERS_PATH,
        members=_MEMBER,
        member_key="member_key",
        birth=("birth_year", "birth_month", "birth_day"),
        identifiers=_IDENTIFIERS,
        indicators={
            f"{_standard(year)}/{code.lower()}_{year}": (f"vn-{year}", code)
            for year, codes in _INDICATORS.items()
            for code in codes.split()
        },
        overrides=tuple(
            Overrides(
                standard=f"vn-{year}",
                path=f"{_standard(year)}/override_{year}",
                indicator=f"override_indicator_{year}",
                deprived=f"override_page_{year}/override_deprived_{year}",
                reason=f"override_page_{year}/override_reason_{year}",
            )
            for year in _INDICATORS
        ),
        not_read=_not_read(),
        scores="household/b1",
    ),
)
