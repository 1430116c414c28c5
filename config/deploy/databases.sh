#!/usr/bin/env bash
# Runs once, when PostgreSQL's volume is still empty: one database and one owner each for Airflow and for the ledger.
# Neither may enter the other's. Passwords come from the environment and appear in no command line.
set -euo pipefail

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv airflow_password AIRFLOW_DB_PASSWORD
\getenv standpoint_password LEDGER_DB_PASSWORD

CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE DATABASE airflow OWNER airflow;
REVOKE ALL ON DATABASE airflow FROM PUBLIC;

CREATE ROLE standpoint LOGIN PASSWORD :'standpoint_password';
CREATE DATABASE standpoint OWNER standpoint;
REVOKE ALL ON DATABASE standpoint FROM PUBLIC;
SQL
