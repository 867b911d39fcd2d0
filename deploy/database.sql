-- Run once, by the superuser of a new server: Clausier's role owns its database and is bound by the policies that hide
-- internal rows, which superusers are not. Only a superuser may add pgvector.
\getenv password POSTGRES_PASSWORD
CREATE ROLE clausier LOGIN PASSWORD :'password';
CREATE DATABASE clausier OWNER clausier;
\connect clausier
CREATE EXTENSION vector;
