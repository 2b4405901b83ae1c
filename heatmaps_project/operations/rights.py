"""
What the application may do in the database, which is not its own.

Whoever owns a table drops it, empties it past what refuses deletion, and switches off what keeps
it append-only: web, workers and timetable sign in as a role that owns none.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

# Rows of all tables, also of those that a later migration makes, while it makes them: what runs
# meanwhile may write there by a trigger. Tables of one's own session need TEMPORARY.
_RIGHTS: Final = """
    GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role};
    GRANT USAGE ON SCHEMA {schema} TO {role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {role};
    GRANT USAGE, SELECT, UPDATE ON SEQUENCE {sequences} TO {role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}
        GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {role};
    REVOKE CREATE ON SCHEMA {schema} FROM {role}, PUBLIC;
    REVOKE INSERT, UPDATE, DELETE ON {schema}.django_migrations FROM {role};
"""
# Not those of an extension, which are its maker's.
_OWN: Final = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = ANY (%s)
        AND NOT EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""
_TABLES: Final = ["r", "p", "v", "m"]
_SEQUENCES: Final = ["S"]


def let_sign_in(connection: BaseDatabaseWrapper, role: str, password: str) -> None:
    """Make a role, or give it another password; what is sent, and logged, does not tell it."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        proof = connection.connection.pgconn.encrypt_password(
            password.encode(), role.encode(), b"scram-sha-256"
        )
        said = sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}")
        cursor.execute(said.format(sql.Identifier(role), sql.Literal(proof.decode())))


def grant(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give a role what the application needs of the tables that whoever is connected owns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_schema()")
        database, schema = cursor.fetchone()
        names = {"database": database, "schema": schema, "role": role}
        own = {}
        for of, kinds in (("tables", _TABLES), ("sequences", _SEQUENCES)):
            cursor.execute(_OWN, [kinds])
            own[of] = sql.SQL(", ").join(sql.Identifier(schema, name) for (name,) in cursor)
        rights = {of: sql.Identifier(name) for of, name in names.items()}
        cursor.execute(sql.SQL(_RIGHTS).format(**rights, **own))
