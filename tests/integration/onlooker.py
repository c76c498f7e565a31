"""An analyst with a login and raw SQL, who asks the database everything it lets them ask."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from storage.envelope import record_id

Answer = str

# The server's own clockwork and the people connected: what is in it changes from look to look.
CLOCKWORK = re.compile(
    r"pg_catalog\.pg_(stat_|statio_|locks|settings|prepared|cursors|shmem|backend|timezone|"
    r"ident|hba|config|available_extension|file_settings|aios|wait_events)"
)
_RELATIONS = """
    SELECT n.nspname, c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
        AND a.attname NOT IN ('xmin', 'xmax', 'cmin', 'cmax') -- count on through the whole server
    WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S', 't')
        AND has_schema_privilege(n.oid, 'USAGE')
        AND has_column_privilege(c.oid, a.attnum, 'SELECT')
    GROUP BY 1, 2 ORDER BY 1, 2
"""
_SIZES = """
    SELECT relname, pg_relation_size(oid), pg_relation_size(oid, 'fsm'), pg_table_size(oid),
        pg_indexes_size(oid), pg_total_relation_size(oid), pg_relation_filenode(oid)
    FROM pg_class WHERE relnamespace = 'assay'::regnamespace AND relkind IN ('r', 'i') ORDER BY 1
"""
_COUNTS = """
    SELECT relname, pg_stat_get_tuples_inserted(oid), pg_stat_get_tuples_updated(oid),
        pg_stat_get_live_tuples(oid), pg_stat_get_dead_tuples(oid)
    FROM pg_class WHERE relnamespace = 'assay'::regnamespace AND relkind = 'r' ORDER BY 1
"""
# Conditions on rows: what a hidden row answers to them must not show, in plan, count or error.
_CONDITIONS = (
    "envelope > {guess}",
    # of the hidden row alone, the first in the log: no other row then brings the policy to run
    "log_index = 0 AND envelope > {guess}",
    "log_index = 0 AND envelope::text > {guess}",
    "envelope::text > {guess}",
    "envelope::text LIKE {guess} || '%'",
    "envelope ->> 'payload' > {guess}",
    "envelope IS NULL",
    "carrier > {guess}",
    "carrier::text > {guess}",
    "length(envelope::text) > 3000",
    "pg_column_size(envelope) > 3000",
    "1 / (length(envelope::text) - {length}) = 1",
    "author = {guess}",
    "item > ''::bytea",
    "audience = 'v'",
    "fork",
    "seq > 1",
    "keyid > {guess}::bytea",
    "readers IS NULL",
    "ctid > '(0,1)'",
    "xmin = '5'",
    "records > ROW(1)",
    "records::text > {guess}",
)
_PLANS = (
    "EXPLAIN (ANALYZE, VERBOSE, TIMING OFF, SUMMARY OFF, BUFFERS OFF) ",
    "EXPLAIN (VERBOSE, SETTINGS) ",
    "",
)
_SELECT = "SELECT log_index FROM assay.records WHERE "
_ATTACKS = (
    "SELECT * FROM assay.records",
    "TABLE assay.answered",
    "TABLE assay.login",
    "TABLE assay.head",
    "SELECT envelope FROM assay.records FOR UPDATE",
    "INSERT INTO assay.records (log_index) VALUES (0)",
    "INSERT INTO assay.leaf VALUES (0, '')",
    "UPDATE assay.records SET fork = true",
    "DELETE FROM assay.records",
    "TRUNCATE assay.records",
    "ANALYZE assay.records",
    "COPY assay.records (envelope) TO '/tmp/there'",
    "SET row_security = off; SELECT envelope FROM assay.records",
    "SET ROLE assay_owner",
    "SET ROLE assay_people; SELECT log_index, envelope FROM assay.records ORDER BY 1",
    "SET SESSION AUTHORIZATION keeper",
    "CREATE TEMP TABLE mine (index bigint REFERENCES assay.records)",
    "CREATE TABLE public.mine ()",
    "CREATE SCHEMA mine",
    "CREATE STATISTICS mine ON log_index, record_id FROM assay.records",
    "CREATE VIEW public.mine AS TABLE assay.leaf",
    "CREATE FUNCTION public.mine(json) RETURNS boolean LANGUAGE sql LEAKPROOF AS 'SELECT true'",
    "ALTER TABLE assay.records DISABLE ROW LEVEL SECURITY",
    "SELECT assay.enrol(session_user, 'person-1', true, true)",
    "SELECT assay.dismiss('keeper')",
    "SELECT assay.refuse('x')",
    "SELECT lo_import('/etc/hostname')",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT * FROM pg_statistic",
    "SELECT tablename, attname, n_distinct, most_common_vals::text, histogram_bounds::text"
    " FROM pg_stats WHERE schemaname = 'assay'",
    "SELECT log_index, envelope FROM assay.records TABLESAMPLE SYSTEM (100) ORDER BY 1",
    "SELECT count(*), min(log_index), max(log_index) FROM assay.records",
    "SELECT setval('assay.records_log_index_seq', 1)",
    "SELECT currval('assay.records_log_index_seq')",
    "DECLARE mine CURSOR WITH HOLD FOR SELECT log_index FROM assay.records ORDER BY 1",
    "LISTEN records",
    "SELECT pg_try_advisory_lock(1)",
)


@dataclass(frozen=True)
class Hidden:
    """What is hidden from the onlooker, to be asked for; and how it is called in the answers."""

    item: str
    envelope: bytes  # what the onlooker guesses it to be
    keyid: str
    names: Mapping[str, str]  # text that differs by itself, such as a hash -> what stands for it


class Onlooker:
    """Asks; every answer is a text, an error's too, with what differs by itself named."""

    def __init__(self, connection: psycopg.Connection, hidden: Hidden) -> None:
        self._connection = connection
        self._hidden = hidden

    def everything(self, *, catalogue: bool = True) -> dict[str, Answer]:
        """Return question -> answer; without what the server's own catalogue says, if so asked."""
        asked = dict(self.relations(catalogue=catalogue))
        asked |= {one: self.answer(one) for one in (*_ATTACKS, _SIZES, _COUNTS)}
        asked |= dict(self._functions())
        asked |= dict(self._conditions())
        return asked

    def relations(self, *, catalogue: bool = True) -> Iterator[tuple[str, Answer]]:
        """Read every column that may be read, of every relation that there is."""
        for schema, relation, columns in self._connection.execute(_RELATIONS).fetchall():
            name = f"{schema}.{relation}"
            if CLOCKWORK.match(name) or not (catalogue or schema == "assay"):
                continue
            query = sql.SQL("SELECT ROW({0})::text FROM {1} ORDER BY 1").format(
                sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(schema, relation)
            )
            yield name, self.answer(query.as_string())

    def answer(self, query: str) -> Answer:
        """Ask one thing."""
        try:
            cursor = self._connection.execute(query.encode())
            found = "\n".join(map(str, cursor.fetchall())) if cursor.description else "done"
        except psycopg.Error as error:
            found = f"{error.sqlstate} {error}"
        finally:
            self._connection.execute("RESET ROLE; RESET row_security; CLOSE ALL")
        for text, name in self._hidden.names.items():
            found = found.replace(text, name)
        return found

    def _functions(self) -> Iterator[tuple[str, Answer]]:
        hidden = self._hidden
        item, key = f"'\\x{hidden.item}'::bytea", f"'\\x{hidden.keyid}'::bytea"
        record = f"'\\x{record_id(hidden.envelope)}'::bytea"
        for query in (
            "SELECT assay.me(), assay.reads_all()",
            f"SELECT assay.answered({item})",
            f"SELECT assay.count_of({key})",
            f"SELECT * FROM assay.own(ARRAY[{record}])",
            # Pages read would tell whether the log has this id: its leaf tells everybody so.
            "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, BUFFERS OFF)"
            f" SELECT * FROM assay.own(ARRAY[{record}])",
            f"SELECT * FROM assay.revealed(ARRAY[{item}], 1000000)",
            f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) SELECT assay.answered({item})",
            "SELECT * FROM assay.append(ARRAY['{}'::bytea])",
            "SELECT * FROM assay.append(ARRAY[NULL]::bytea[])",
        ):
            yield query, self.answer(query)

    def _conditions(self) -> Iterator[tuple[str, Answer]]:
        text = self._hidden.envelope.decode()
        # As a search would go: the right beginning, at lengths into what differs.
        guesses = [text[:size] for size in (20, len(text) // 2, len(text) - 9)]
        for number, guess in enumerate(guesses):
            for condition in _CONDITIONS:
                filled = condition.format(guess=f"'{guess}'", length=len(text))
                for plan in _PLANS:
                    # Asked with what is in the hidden record, and told under what was asked.
                    answer = self.answer(plan + _SELECT + filled).replace(guess, "GUESS")
                    answer = answer.replace(guess.encode().hex(), "GUESS")
                    told = answer.replace(str(len(text)), "LENGTH")
                    yield f"{plan}{condition} {number}", told
