-- The two roles of the portal: the owner migrates, the application works. Read by psql with these variables:
-- database, owner, owner_password, application, application_password. Run again, it sets the passwords given now.
-- What the application may do with each table is granted after migrating, by `manage.py grant_rights`.
\set ON_ERROR_STOP on
SELECT format('CREATE ROLE %I', role) FROM unnest(ARRAY[:'owner', :'application']) AS role
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
ALTER ROLE :"owner" LOGIN PASSWORD :'owner_password';
ALTER ROLE :"application" LOGIN PASSWORD :'application_password';
-- a statement whose web process waits no longer ends
ALTER ROLE :"application" SET client_connection_check_interval = '5s';
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"application";
