"""Commands ``standpoint kibana …``: what analysts open in Kibana."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.output import Json, err, out, print_json
from pipeline.errors import ConfigError
from pipeline.records import full
from pipeline.settings import Settings, get_settings

if TYPE_CHECKING:
    from pipeline.index.kibana.objects import Site

app = typer.Typer(no_args_is_help=True, help="Data views, saved searches and the dashboard for Kibana.")

Space = Annotated[
    str | None, typer.Option("--space", help="Kibana space; else STANDPOINT_KIBANA_SPACE, else the default one.")
]


@app.command("import")
def import_(
    space: Space = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite/--no-overwrite", help="Replace objects that are there already.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Send everything to Kibana. Doing it again replaces what was sent before."""
    from pipeline.index.kibana.bundle import saved_objects
    from pipeline.index.kibana.client import Kibana

    settings = get_settings()
    site = _site(settings, space)
    with (
        err.status(f"sending saved objects to {settings.kibana_url}"),
        Kibana(
            settings.kibana_url,
            settings.kibana_user,
            settings.kibana_password.get_secret_value(),
            space=site.space,
            ca=settings.kibana_ca,
        ) as kibana,
    ):
        done = kibana.import_objects(saved_objects(site), overwrite=overwrite)
    if as_json:
        print_json(full(done))
        return
    where = f" into the space {done.space}" if done.space else ""
    out.print(f"{done.count} objects imported{where}; Kibana {done.version}".rstrip())
    from pipeline.index.kibana.dashboard import dashboard_id

    prefix = f"/s/{done.space}" if done.space else ""
    out.print(f"{done.url}{prefix}/app/dashboards#/view/{dashboard_id(site)}", soft_wrap=True)


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="File to write, such as standpoint.ndjson; - for standard output.")],
    space: Space = None,
) -> None:
    """Write everything into a file, to import by hand: Stack Management, Saved Objects, Import."""
    from pipeline.index.kibana.bundle import ndjson, saved_objects

    objects = saved_objects(_site(get_settings(), space))
    if str(file) == "-":
        typer.get_binary_stream("stdout").write(ndjson(objects))
        return
    try:
        file.write_bytes(ndjson(objects))
    except OSError as error:
        raise ConfigError(f"This file cannot be written: {error.strerror}", subject=str(file)) from error
    out.print(f"{len(objects)} objects written to {file}", soft_wrap=True)


def _site(settings: Settings, space: str | None) -> Site:
    from pipeline.index.kibana.objects import Site

    return Site(
        index_prefix=settings.index_prefix,
        airflow_url=settings.kibana_airflow_url,
        space=settings.kibana_space if space is None else space,
    )
