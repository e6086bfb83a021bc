"""Lists as people meet them: addresses, counts, filters, files."""

import re
from html import unescape

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.db import transaction
from tests.browsing import Browser
from tests.server.web.screens import add_village, add_villages, villages


def names_of(page: str) -> list[str]:
    return [unescape(n) for n in re.findall(r'<a href="/villages/\d+">(.*?)</a>', page)]


def link(page: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}"[^>]*href="(.*?)"', page)
    return unescape(found[1]) if found else None


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sort=st.sampled_from(["", "name", "-name", "code", "-people", "founded", "-seen"]),
    size=st.sampled_from([7, 13, 40]),
    filters=st.sampled_from(["", "&size=large", "&q=Thôn", "&since=1955-01-01"]),
)
def test_following_the_links_of_a_list_shows_every_row_once_and_leads_back(
    screens: Flask, officer: Browser, sort: str, size: int, filters: str
) -> None:
    if officer.get("/villages").text.count("<tr") < 5:
        add_villages(60)
    start = f"/villages?sort={sort}{filters}"
    whole = names_of(officer.get(f"{start}&page_size=1000").text)

    pages, backwards = [], []
    address: str | None = start
    while address:
        page = officer.get(f"{address}&page_size={size}").text
        pages.append(names_of(page))
        address = link(page, "next")
    address = link(page, "prev")
    while address:
        page = officer.get(f"{address}&page_size={size}").text
        backwards.insert(0, names_of(page))
        address = link(page, "prev")
    seen = [name for names in pages for name in names]

    assert seen == whole
    assert len(set(seen)) == len(seen)
    assert backwards == pages[:-1]


@pytest.mark.sqlite_only
def test_links_keep_filters_and_sorting(screens: Flask, officer: Browser) -> None:
    add_villages(120)

    page = officer.get("/villages?size=large&sort=-people&q=").text

    assert "size=large&amp;sort=-people&amp;after=" in page
    assert "/villages?size=large&amp;sort=people" in page
    assert "size=large&amp;sort=-people&amp;format=xlsx" in page
    assert "q=" not in page.replace("&amp;", "&").split("<table")[1]


@pytest.mark.sqlite_only
def test_headers_say_how_the_list_is_sorted(screens: Flask, officer: Browser) -> None:
    add_villages(3)

    page = officer.get("/villages?sort=-people").text

    assert page.count('aria-sort="descending"') == 1
    assert page.count('aria-sort="none"') == 4  # the category cannot be sorted by


@pytest.mark.sqlite_only
def test_values_are_written_as_their_kind_is(screens: Flask, officer: Browser) -> None:
    add_village(people=1657, category="NEAR_POOR")

    page = officer.get("/villages").text

    assert ">1.657<" in page
    assert ">03/02/1990<" in page
    assert ">24/11/2026 09:05<" in page
    assert 'category-near-poor">Hộ cận nghèo<' in page
    assert 'data-label="Người dùng"' in page


@pytest.mark.sqlite_only
def test_a_filter_that_is_not_understood_is_told_and_not_applied(
    screens: Flask, officer: Browser
) -> None:
    add_village()

    early = officer.get("/villages?since=0001-01-01").text
    page = officer.get("/villages?since=24/11/2026&size=huge").text

    assert len(names_of(page)) == 1
    assert "không nhận “0001-01-01”" in early
    assert "không nhận “24/11/2026”" in page
    assert "không nhận “huge”" in page


@pytest.mark.sqlite_only
def test_an_empty_list_says_whether_a_filter_emptied_it(
    screens: Flask, officer: Browser
) -> None:
    untouched = officer.get("/villages").text
    add_village()
    filtered = officer.get("/villages?q=nowhere").text

    assert "Chưa có gì ở đây." in untouched
    assert "Không có dòng nào hợp với điều kiện lọc." in filtered
    assert 'href="/villages?sort=name">Bỏ lọc' in filtered


@pytest.mark.sqlite_only
def test_a_cursor_that_somebody_made_up_shows_the_first_page(
    screens: Flask, officer: Browser
) -> None:
    add_villages(60)

    page = officer.get("/villages?after=made-up&before=too")

    assert page.status_code == 200
    assert link(page.text, "prev") is None
    assert len(names_of(page.text)) == 50


@pytest.mark.sqlite_only
def test_when_all_rows_before_have_gone_the_first_page_is_shown(
    screens: Flask, officer: Browser
) -> None:
    add_villages(60)
    second = officer.get(link(officer.get("/villages?sort=code").text, "next") or "")
    with_back = link(second.text, "prev") or ""
    with transaction() as session:
        session.execute(villages.delete().where(villages.c.code <= "00050"))

    page = officer.get(with_back).text

    assert len(names_of(page)) == 10
    assert link(page, "prev") is None


def test_counting_stops_at_ten_thousand(
    screens: Flask, officer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_villages(12)
    monkeypatch.setattr("server.web.listing.COUNTED_UP_TO", 10)

    page = officer.get("/villages").text

    assert "10+ dòng" in page


@pytest.mark.sqlite_only
def test_the_download_holds_every_row_of_the_filtered_list_in_its_order(
    screens: Flask, officer: Browser
) -> None:
    add_villages(130)

    answer = officer.get("/villages?format=csv&q=Làng&sort=-code")

    lines = answer.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 26
    assert lines[1].startswith("Làng Đông 127;")
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.search(
        r"attachment; filename=villages-\d{8}\.csv",
        answer.headers["Content-Disposition"],
    )


@pytest.mark.sqlite_only
def test_a_list_of_another_format_is_a_page(screens: Flask, officer: Browser) -> None:
    assert officer.get("/villages?format=exe").mimetype == "text/html"
