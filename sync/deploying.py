"""`python -m sync deploy`: making ODK Central ready from a terminal, told in words."""

import sys
from pathlib import Path

import click

from server.web.i18n import _
from sync.cards import write_cards
from sync.deploy import Deployed, deploy
from sync.retiring import retire_lists
from sync.rounds import Office
from sync.steps import Steps
from sync.terminal import Stopped, Watch, open_office, sentence

SOME_FAILED = 1


@click.command("deploy")
@click.option("--dry-run", "is_dry", is_flag=True, help="Only say what would be done.")
@click.option(
    "--cards",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the settings cards of all phones into this folder.",
)
@click.option(
    "--retire-lists",
    "retires",
    is_flag=True,
    help="Empty the lists of single wards that an older Central needed.",
)
def deploy_once(is_dry: bool, cards: Path | None, retires: bool) -> None:
    """Make ODK Central ready for phones: project, lists, forms, app users."""
    watch = Watch()
    watch.listen()
    with open_office(watch, needs_project=False) as office:
        try:
            deployed = _deploy(office, watch, is_dry=is_dry, retires=retires)
        except Stopped:
            watch.clear()
            click.echo(
                _("Đã dừng. Chạy lại lệnh này để làm nốt phần còn lại."), err=True
            )
            return
        if cards is not None and deployed.project and not is_dry:
            _write_cards(office, deployed.project, cards)
        for place, problem in deployed.problems:
            click.echo(f"{place}: {sentence(problem)}", err=True)
    if deployed.problems:
        sys.exit(SOME_FAILED)


def _deploy(office: Office, watch: Watch, *, is_dry: bool, retires: bool) -> Deployed:
    def tell(said: str) -> None:
        watch.clear()
        click.echo(said)

    steps = Steps(
        office.central,
        tell=tell,
        progress=watch,
        sleep=watch.sleep,
        is_dry=is_dry,
    )
    deployed = deploy(steps, office.project)
    if retires and deployed.project:
        retire_lists(steps, deployed.project)
    watch.clear()
    if not steps.counts:
        click.echo(_("ODK Central đã đúng như cần có; không phải làm gì."))
    if deployed.project and deployed.project != office.project:
        number = deployed.project
        click.echo(
            _("Dự án của máy chủ này ở ODK Central có số {number}.", number=number)
        )
        click.echo(_("Hãy ghi dòng này vào tệp .env rồi khởi động lại:"))
        click.echo(f"CENTRAL_PROJECT={number}")
    return deployed


def _write_cards(office: Office, project: int, folder: Path) -> None:
    count = write_cards(office.central.url, project, folder)
    click.echo(
        _("Đã ghi {count} thẻ cài đặt vào {folder}.", count=count, folder=str(folder))
    )
