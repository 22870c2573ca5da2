-- The two roles of the portal: the owner migrates, the application works. Read by psql with these variables:
-- database, owner, owner_password, application, application_password. What the application may do with each table
-- is granted after migrating, by `manage.py grant_rights`.
\set ON_ERROR_STOP on
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE ROLE :"application" LOGIN PASSWORD :'application_password';
CREATE DATABASE :"database" OWNER :"owner";
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"application";
