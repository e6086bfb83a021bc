"""What a table of movement is asked: of which standard, between which days."""

from dataclasses import dataclass
from datetime import date, datetime

from server.domain.poverty.pack import Pack
from server.status.presence import end_of_day
from server.status.standards import predecessor

# No document we found says how long ago still counts as falling "again". Three years is
# how long a household that escaped keeps its entitlements.
LOOK_BACK_YEARS = 3


@dataclass(frozen=True)
class Question:
    """What a table is asked: which standard, from which day to which, as known when."""

    standard: Pack
    start: date
    end: date
    known_on: date | None = None
    look_back_years: int = LOOK_BACK_YEARS
    cut_at: datetime | None = None  # an instant instead of the end of a day

    @property
    def known_at(self) -> datetime | None:
        if self.cut_at is not None:
            return self.cut_at
        return end_of_day(self.known_on) if self.known_on else None

    @property
    def start_standard(self) -> Pack | None:
        """The standard whose lists the period began with."""
        return predecessor(self.standard, self.start)

    @property
    def standard_changed(self) -> bool:
        return self.start_standard != self.standard
