#!/bin/sh
# Writes a .env with fresh random secrets from .env.example: sh config/deploy/make-env.sh
# Needs a POSIX shell and /dev/urandom, nothing else. Never touches a .env that is there.
set -eu
umask 077
cd "$(dirname "$0")/../.."
target=${1:-.env}

if [ -e "$target" ]; then
	echo "$target is there already and stays as it is" >&2
	exit 1
fi

hex() { head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
fernet() { head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }

draft=$target.new
while IFS= read -r line || [ -n "$line" ]; do
	case $line in
	AIRFLOW_UID=*)
		# files of config/ have to be readable to the containers: run them as yourself
		own=$(id -u)
		if [ "$own" = 0 ]; then own=50000; fi
		line=AIRFLOW_UID=$own
		;;
	AIRFLOW_FERNET_KEY=) line=$line$(fernet) ;;
	[A-Z]*=) line=$line$(hex) ;;
	esac
	printf '%s\n' "$line"
done <.env.example >"$draft"
mv "$draft" "$target"
echo "wrote $target: keep it safe, it holds every secret of the installation" >&2
