"""Runs these migrations on the connection that is handed in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    on_version_apply=context.config.attributes["applied"],
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
