"""The plugin needs an Airflow in this process."""

from tests.airflow_home import airflow_db, airflow_home

__all__ = ["airflow_db", "airflow_home"]
