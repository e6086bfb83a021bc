"""Households for the poverty tests: nobody lacks anything until a case says so."""

from server.domain.poverty.cases import (
    ADULT,
    CHILD,
    DWELLING,
    INFORMATION,
    household,
    member,
)

__all__ = ["ADULT", "CHILD", "DWELLING", "INFORMATION", "household", "member"]
