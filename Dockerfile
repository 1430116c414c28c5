# One image for every Airflow service, the set-up and the command line. See docs/deploying.md.

ARG PYTHON_IMAGE=python:3.11.15-slim-bookworm

# ---------------------------------------------------------------------------------------------- what is installed
FROM ${PYTHON_IMAGE} AS build

ARG UV_VERSION=0.13.9
RUN pip install --no-cache-dir --disable-pip-version-check "uv==${UV_VERSION}"

ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never \
    VIRTUAL_ENV=/opt/venv

# Dependencies first: this layer is made anew only when the lock changes. Wheels only, each with its hash.
WORKDIR /opt/standpoint
COPY requirements.lock ./
RUN --mount=type=cache,target=/root/.cache/uv \
    uv venv --python /usr/local/bin/python3.11 "${VIRTUAL_ENV}" \
    && uv pip install --require-hashes --only-binary :all: -r requirements.lock

# config/, dags/ and plugins/ are found beside the package: it is installed where it stands.
COPY pyproject.toml README.md LICENSE ./
COPY plugins plugins
COPY dags dags
COPY config config
COPY pipeline pipeline
RUN uv pip install --no-deps --no-build-isolation --editable . \
    && "${VIRTUAL_ENV}/bin/python" -m compileall -q pipeline plugins dags

# --------------------------------------------------------------------------------------------------- what is run
FROM ${PYTHON_IMAGE} AS standpoint

LABEL org.opencontainers.image.title="Standpoint" \
      org.opencontainers.image.description="Who stands where on whom: Airflow and Standpoint's pipeline" \
      org.opencontainers.image.licenses="Apache-2.0"

# Group 0, and everything that is written belongs to it: another AIRFLOW_UID works on the same volumes.
ARG AIRFLOW_UID=50000
RUN useradd --uid "${AIRFLOW_UID}" --gid 0 --no-log-init --create-home --home-dir /home/airflow airflow \
    && install --directory --owner="${AIRFLOW_UID}" --group=0 --mode=0775 \
        /opt/airflow /opt/airflow/logs /var/lib/standpoint /var/lib/standpoint/archive

COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/standpoint /opt/standpoint

ENV PATH=/opt/venv/bin:${PATH} \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/standpoint/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/standpoint/plugins \
    STANDPOINT_STATE=/var/lib/standpoint

USER ${AIRFLOW_UID}:0
WORKDIR /opt/airflow
RUN standpoint --version
CMD ["standpoint", "--help"]
