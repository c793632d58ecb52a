#!/usr/bin/env bash
# All that is tested beside a real PostgreSQL server (with_server.sh): run.sh FOLDER, the folder with the test programs.
set -u
folder=$(readlink -f "${1:?"run.sh wants the folder of the test programs"}")
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." || exit 1
# shellcheck disable=SC2016  # for the inner shell
exec tests/postgres/with_server.sh bash -c 'status=0; for t in sim_campaign models_cli; do "$0/test_$t" "[.postgres]" || status=1; done; exit $status' "$folder"
