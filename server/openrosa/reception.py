"""Taking in one upload: read it whole, make it durable, then say so."""

from dataclasses import dataclass
from typing import BinaryIO

from server.accounts.tables import Phone
from server.db import transaction
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused
from server.domain.survey.values import shown
from server.inbox import actions as inbox
from server.inbox.file_store import FileStore
from server.openrosa import multipart
from server.openrosa.instances import read_instance
from server.openrosa.queries import area_of_submission, find_file_questions

# Collect knows this sentence and shows it in the language of the phone.
COMPLETE = "full submission upload was successful!"
PARTIAL = "Đã nhận một phần của phiếu; đang chờ các tệp còn lại."
CONFLICT = (
    "Đã nhận. Máy chủ đã có một phiếu cùng mã nhưng nội dung khác; cả hai bản đều được"
    " giữ lại và cán bộ sẽ kiểm tra. Bạn không cần gửi lại."
)


@dataclass(frozen=True, slots=True)
class Reception:
    """What became of an upload: outcome is new, repeat or conflict."""

    submission_id: int
    outcome: str
    is_incomplete: bool

    @property
    def message(self) -> str:
        """What the enumerator reads."""
        if self.outcome == "conflict":
            return CONFLICT
        return PARTIAL if self.is_incomplete else COMPLETE


def take_in(
    *,
    phone: Phone,
    body: BinaryIO,
    content_type: str,
    store: FileStore,
    device_id: str | None,
) -> Reception:
    """Receive the upload in `body`.

    Returns only when the answers and every file are durable, because a phone deletes
    what was acknowledged. Raises `Refused` for what cannot be received, leaving nothing.
    """
    with multipart.reading(body, content_type, store) as upload:
        if upload.xml is None:
            raise Refused(Problem("upload_without_xml"), status=400)
        instance = read_instance(upload.xml)
        questions = find_file_questions(instance.form_id, instance.form_version)
        if questions is None:
            values = {
                "value": shown(instance.form_id),
                "version": shown(instance.form_version),
            }
            raise Refused(Problem("form_unknown", "", values), status=404)
        files = upload.begin_keeping()
        area_id = area_of_submission(instance.ward_code, phone)
        with transaction():
            receipt = inbox.receive(
                by=Actor("phone", phone.id, phone.name),
                source="openrosa",
                form_id=instance.form_id,
                form_version=instance.form_version,
                instance_id=instance.instance_id,
                deprecated_id=instance.deprecated_id,
                payload=upload.xml,
                payload_kind="xml",
                expected_files=instance.expected_files(questions),
                files=files,
                area_id=area_id,
                device_id=device_id,
            )
            # Rows and files are written side by side; no row is committed before the
            # files it names are durable.
            upload.keep_files()
    return Reception(receipt.submission_id, receipt.outcome, upload.is_incomplete)
