"""The plugin needs an Airflow in this process."""
