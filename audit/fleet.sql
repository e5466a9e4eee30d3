-- The fleet's log: the records of many guards in one PostgreSQL database (15 or later, encoding UTF8).
-- guard-audit ship fills it; query, show, report, trace and export --database read it.
--
--   createdb -E UTF8 -T template0 audit
--   psql -v ON_ERROR_STOP=1 -d audit -f fleet.sql
--   psql -d audit -c 'GRANT guard_ship TO north' -c 'GRANT guard_read TO anna'
--
-- `encoding` is the record, octet for octet as its leaf hash was computed over; the tools read it
-- alone. The other columns are for finding it, and for SQL of your own: text that PostgreSQL cannot
-- hold (NUL, what is not UTF-8) has U+FFFD there.
--
-- Rows are partitioned by month, and every key begins with the guard and has the time, so that on a
-- cluster the table can be distributed by either (Citus: SELECT create_distributed_table('record',
-- 'guard'), and the same of checkpoint). Retention: DROP TABLE of a month's partition.

BEGIN;

-- One row for each guard whose log is shipped: up to where, and what its next record follows.
CREATE TABLE shipped (
  guard text PRIMARY KEY,
  origin text NOT NULL UNIQUE,       -- the log's name, from its first key
  first_sequence bigint NOT NULL,    -- of the first record that was there to ship
  sequence bigint NOT NULL,          -- of the last one here
  chain bytea NOT NULL,              -- chain hash of that one
  shipped_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE record (
  guard text NOT NULL,
  "time" timestamptz NOT NULL,
  sequence bigint NOT NULL,
  class text NOT NULL,
  direction text NOT NULL,
  sender text NOT NULL,
  receiver text NOT NULL,
  from_address text COLLATE "C" NOT NULL,  -- letters of ASCII compare in any case, no others
  to_address text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  type text NOT NULL,
  stanza_id text NOT NULL,
  marking text COLLATE "C" NOT NULL,
  verdict text NOT NULL,
  reason text NOT NULL,
  rule text NOT NULL,
  action text NOT NULL,
  peer text NOT NULL,
  event text NOT NULL,
  address text NOT NULL,
  detail text NOT NULL,
  count bigint NOT NULL,
  result text NOT NULL,
  first_sequence bigint NOT NULL,
  last_sequence bigint NOT NULL,
  encoding bytea NOT NULL,
  leaf bytea NOT NULL,
  PRIMARY KEY (guard, "time", sequence)
) PARTITION BY RANGE ("time");

-- Every partition has these, too. A value that is empty is in none. What peers choose may be longer
-- than a b-tree takes: a hash index has no such bound.
CREATE INDEX record_sequence ON record (guard, sequence);
CREATE INDEX record_outcomes ON record (guard, peer, sequence) WHERE class = 'outcome';
CREATE INDEX record_stanza_id ON record USING hash (stanza_id) WHERE stanza_id <> '';
CREATE INDEX record_from_address ON record USING hash (lower(split_part(from_address, '/', 1)))
  WHERE from_address <> '';
CREATE INDEX record_to_address ON record USING hash (lower(split_part(to_address, '/', 1)))
  WHERE to_address <> '';
CREATE INDEX record_refused ON record (guard, "time") WHERE verdict <> 'allowed' AND verdict <> '';
CREATE INDEX record_event ON record (event, "time") WHERE event <> '';

-- What the guard has signed: from each transaction that was shipped the newest checkpoint of each
-- segment in it. A note is an anchor, kept where the guard's host cannot change it any more:
--   psql -d audit -Atc "SELECT note FROM checkpoint WHERE guard = 'north' ORDER BY size" > north.anchors
--   guard-audit verify LOG --anchor north.anchors --key root.pem
CREATE TABLE checkpoint (
  guard text NOT NULL,
  size bigint NOT NULL,              -- of the tree: records
  "time" timestamptz NOT NULL,
  note text NOT NULL,
  PRIMARY KEY (guard, size)
);

-- make_partition makes the partition that a moment belongs to, if it is not there. Whoever ships may
-- call it, and makes no table otherwise.
CREATE FUNCTION make_partition(moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  month timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
  name text := 'record_' || to_char(month, 'YYYY_MM');
BEGIN
  IF to_regclass(name) IS NOT NULL THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('xmpp-guard partition'));
  EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF record FOR VALUES FROM (%L) TO (%L)',
                 name, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
END
$$;
REVOKE ALL ON FUNCTION make_partition FROM PUBLIC;

DO $$
BEGIN
  -- Where the function looks for tables: here, whatever its caller has set.
  EXECUTE format('ALTER FUNCTION make_partition SET search_path = %I, pg_temp', current_schema());
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'guard_ship') THEN
    CREATE ROLE guard_ship;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'guard_read') THEN
    CREATE ROLE guard_read;
  END IF;
END
$$;

-- Who ships adds, and neither changes nor removes a record.
GRANT SELECT, INSERT, UPDATE ON shipped TO guard_ship;
GRANT INSERT ON record TO guard_ship;
GRANT SELECT, INSERT ON checkpoint TO guard_ship;
GRANT EXECUTE ON FUNCTION make_partition TO guard_ship;
GRANT SELECT ON shipped, record, checkpoint TO guard_read;

COMMIT;
