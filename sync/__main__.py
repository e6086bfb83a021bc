"""`python -m sync <command>`: talking to ODK Central from a terminal."""

from server.loading import Commands

cli = Commands(
    {
        "deploy": "sync.deploying:deploy_once",
        "doctor": "sync.doctor:examine_once",
        "publish": "sync.once:publish_once",
        "pull": "sync.once:pull_once",
        "reconcile": "sync.once:reconcile_once",
        "run": "sync.run:run_for_ever",
    },
    help="Keep this installation and ODK Central equal.",
)

if __name__ == "__main__":
    cli.main(prog_name="python -m sync")
