#!/usr/bin/env bash
# Brings Airflow's database up to the version of the image and makes the first person who may log in.
set -euo pipefail

airflow db migrate
# One who is there already stays as they are, their password included.
airflow users create --role Admin \
	--username "$AIRFLOW_ADMIN_USER" --password "$AIRFLOW_ADMIN_PASSWORD" --email "$AIRFLOW_ADMIN_EMAIL" \
	--firstname Standpoint --lastname Administrator
