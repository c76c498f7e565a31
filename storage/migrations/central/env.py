"""Runs these migrations on the connection that is handed in."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    version_table_schema="assay" if connection.dialect.name == "postgresql" else None,
    target_metadata=context.config.attributes["metadata"],
    on_version_apply=context.config.attributes["applied"],
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
