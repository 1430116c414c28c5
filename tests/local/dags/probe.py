"""A DAG that shows what a task gets: mapped instances in a pool, one of which fails once."""

import pendulum
from airflow.sdk import Param, dag, task


@dag(schedule=None, start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), params={"count": Param(3, type="integer")})
def probe() -> None:
    @task
    def numbers(params: dict[str, int]) -> list[int]:
        return list(range(params["count"]))

    @task(pool="probe", retries=1, retry_delay=0.1)
    def look(number: int, ti: object = None) -> dict[str, object]:
        from airflow.sdk import BaseHook

        from pipeline.local.client import ask
        from pipeline.settings import get_settings

        if number == 1 and ti.try_number == 1:
            raise RuntimeError("once")
        connection = BaseHook.get_connection("elasticsearch_default")
        url = f"{connection.schema}://{connection.host}:{connection.port}"
        return {"same": url == get_settings().elasticsearch_url, "health": ask("GET", f"{url}/_cluster/health").status}

    look.expand(number=numbers())


probe()
