#!/bin/sh
# Run once by the image postgres:18, when the data folder is still empty.
set -eu
psql --no-psqlrc --username "$POSTGRES_USER" --dbname postgres \
    --set database="$PORTAL_DATABASE" \
    --set owner="$OWNER_ROLE" --set owner_password="$OWNER_PASSWORD" \
    --set application="$APPLICATION_ROLE" --set application_password="$APPLICATION_PASSWORD" \
    --file /docker-entrypoint-initdb.d/roles/roles.sql
