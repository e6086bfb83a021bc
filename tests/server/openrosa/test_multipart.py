import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.problems import Refused
from server.inbox.file_store import FileStore
from server.openrosa import multipart
from tests.journeys.posts import MULTIPART, XML_PART, body, part, photo, upload

XML = b"<data/>"


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path)


def kept(store: FileStore) -> list[str]:
    return [path.name for path in store.root.rglob("*") if path.is_file()]


def refused(store: FileStore, content: bytes, kind: str = MULTIPART) -> str:
    with (
        pytest.raises(Refused) as caught,
        multipart.reading(io.BytesIO(content), kind, store),
    ):
        pass
    return caught.value.problems[0].code


def test_the_parts_of_an_upload_are_told_apart(store: FileStore) -> None:
    content = upload(XML, photo("nha.jpg"), part(multipart.INCOMPLETE_PART, b"yes"))

    with multipart.reading(io.BytesIO(content), MULTIPART, store) as arrived:
        files = arrived.begin_keeping()
        arrived.keep_files()

    assert (arrived.xml, arrived.is_incomplete) == (XML, True)
    assert [(f.name, f.media_type, f.size) for f in files] == [
        ("nha.jpg", "image/jpeg", 7)
    ]
    assert kept(store) == [files[0].sha256]


def test_nothing_stays_of_files_that_are_not_kept(store: FileStore) -> None:
    content = io.BytesIO(upload(XML, photo("nha.jpg")))

    with multipart.reading(content, MULTIPART, store):
        assert len(kept(store)) == 1

    assert kept(store) == []


def test_a_file_is_never_held_in_memory(store: FileStore) -> None:
    import tracemalloc

    large = upload(XML, photo("phim.mp4", b"x" * 30_000_000))
    source = io.BytesIO(large)
    tracemalloc.start()

    with multipart.reading(source, MULTIPART, store) as arrived:
        _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert arrived.arrived[0][2].size == 30_000_000
    assert peak < 2_000_000


@given(cut=st.integers(min_value=0))
def test_a_body_cut_anywhere_is_refused_and_leaves_nothing(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    store = FileStore(tmp_path_factory.mktemp("files"))
    whole = upload(XML, photo("nha.jpg"), photo("b.jpg", b"y" * 500))
    # The last two bytes end a line that is complete without them.
    cut_at = cut % (len(whole) - 4)

    assert refused(store, whole[:cut_at]) in ("upload_cut", "upload_name_unreadable")
    assert kept(store) == []


def test_escapes_of_okhttp_are_undone(store: FileStore) -> None:
    content = upload(XML, part("a%22b.jpg", b"x", "a%22b.jpg", "image/jpeg"))

    with multipart.reading(io.BytesIO(content), MULTIPART, store) as arrived:
        assert arrived.arrived[0][0] == "a_b.jpg"


def test_a_bare_name_is_a_name(store: FileStore) -> None:
    raw = (
        b"Content-Disposition: form-data; name=" + XML_PART.encode() + b"\r\n\r\n" + XML
    )

    with multipart.reading(io.BytesIO(body(raw)), MULTIPART, store) as arrived:
        assert arrived.xml == XML
