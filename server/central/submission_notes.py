"""What the page of a submission says of ODK Central, and what looking at it sets off.

Files are fetched when somebody looks: most photos are never looked at, and Central keeps
them. The page is shown at once; who goes to Central finds the wish.
"""

from dataclasses import dataclass
from datetime import timedelta

from server import clock
from server.inbox.tables import Submission
from server.mirror.actions import want
from server.mirror.queries import find_mirrored
from server.mirror.tables import MirroredSubmission
from server.web.i18n import _

# Central is asked about the same files no oftener.
ASKED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class FilesNote:
    """What is said of each file that is missing, and of all of them."""

    of_each: str
    of_all: str


def files_note(submission: Submission, lacks_files: bool) -> FilesNote | None:
    """Ask for the files of a submission that somebody looks at; what to say of those
    that are missing, or None for one that did not come from ODK Central."""
    mirrored = find_mirrored(submission.id)
    if mirrored is None:
        return None
    is_current = mirrored.current_instance_id == submission.instance_id
    if not is_current or mirrored.deleted_at or mirrored.purged_at:
        return FilesNote(_("không còn ở ODK Central"), "")
    if lacks_files and mirrored.files_given_up_at is None and _is_time(mirrored):
        want(submission_id=submission.id)
    if mirrored.files_given_up_at is not None:
        return FilesNote(
            _("chưa đến ODK Central"),
            _("Tệp không đến trong 30 ngày nên đã thôi tìm. Hãy nhắc người khảo sát"
              " mở ODK Collect khi có mạng, rồi cho tìm lại ở trang Đồng bộ ODK"
              " Central."),
        )  # fmt: skip
    if mirrored.files_present:
        return FilesNote(
            _("đang tải từ ODK Central"),
            _("Tệp được tải khi có người xem; hãy tải lại trang sau một phút."),
        )
    return FilesNote(
        _("chưa đến ODK Central"),
        _("Điện thoại chưa gửi tệp lên ODK Central; hệ thống tự tải khi tệp đến."),
    )


def _is_time(mirrored: MirroredSubmission) -> bool:
    """Not when it is about to be looked for anyhow, nor when it just was."""
    if not mirrored.files_wanted:
        return True
    due, since = mirrored.files_due_at, mirrored.files_since
    if due is not None and due <= clock.now():
        return False
    return since is None or clock.now() - since > ASKED_EVERY
