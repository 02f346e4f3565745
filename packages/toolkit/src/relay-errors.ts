import { errorRow } from '@rocketeer/foundation'

/** What a change relay and the side that applies changes can fail with. */
export const relayErrors = {
  BINLOG_PURGED: errorRow<{ position: string; reason: string }>({
    message: ({ position, reason }) =>
      `the server no longer has the binlog from ${position} on (it says: ${reason}). Changes may be missing, so the relay ` +
      'has stopped. `relay.snapshot()` sends every row as it is now and goes on from there; keep binlogs longer than a ' +
      'relay may be away (binlog_expire_logs_seconds)',
  }),
  BINLOG_UNSUITABLE: errorRow<{ setting: string; value: string; advice: string }>({
    message: ({ setting, value, advice }) =>
      `the server's ${setting} is ${value}, with which changes of rows cannot be relayed completely: ${advice}`,
  }),
  PRIVILEGE_MISSING: errorRow<{ account: string; grants: readonly string[]; reason: string }>({
    message: ({ account, grants, reason }) =>
      `${account} may not read the binlog (${reason}). Run: ${grants.map((grant) => `${grant};`).join(' ')}`,
  }),
  SERVER_ID_CLASH: errorRow<{ serverId: number; reason: string }>({
    message: ({ serverId, reason }) =>
      `another reader of the binlog came with the server id ${serverId} of this relay, and the server keeps one of each ` +
      `(it says: ${reason}). Give each relay a "name" of its own, or set "serverId"`,
  }),
  TABLE_WITHOUT_KEY: errorRow<{ table: string }>({
    message: ({ table }) =>
      `${table} has no primary key, so nothing says which changes are of one row. Add one, or name columns that are ` +
      'unique and never NULL: `keys: { "database.table": ["column"] }`',
  }),
  TABLE_UNKNOWN: errorRow<{ table: string }>({
    message: ({ table }) =>
      `there is no table ${table}, or this account may not read it; then GRANT SELECT on it`,
  }),
  TABLE_CHANGED: errorRow<{ table: string; change: string; sql: string; position: string }>({
    message: ({ table, change, sql, position }) =>
      `"${sql}" (${change} of ${table}, before ${position}) changes rows without telling of each, so a copy of the table ` +
      'is no longer equal. Take a `relay.snapshot()`, or decide with "onTableChange" that the relay goes on',
  }),
  CHANGE_UNSUPPORTED: errorRow<{ what: string; position: string; advice: string }>({
    message: ({ what, position, advice }) => `${what} at ${position}: ${advice}`,
  }),
  CHANGE_TOO_LARGE: errorRow<{ table: string; key: string; position: string; bytesMax: number | undefined }>({
    message: ({ table, key, position, bytesMax }) =>
      `the change of ${key} in ${table} at ${position} is longer than a message may be` +
      `${bytesMax === undefined ? '' : ` (${bytesMax} bytes)`}. Raise messageBytesMax of producer and broker, leave ` +
      'parts out with "onTooLarge", or leave "before" out with `before: false`',
  }),
  POSITION_TAKEN: errorRow<{ relay: string }>({
    message: ({ relay }) => `another relay named "${relay}" has taken over and keeps the position now`,
    retryable: true,
  }),
  RELAY_CLOSED: errorRow<{ relay: string }>({ message: ({ relay }) => `the relay "${relay}" is closed` }),
  CHANGE_INVALID: errorRow<{ problem: string }>({
    message: ({ problem }) => `the message is no change of a relay: ${problem}`,
  }),
  CHANGE_WITHOUT_TABLE: errorRow<{ table: string }>({
    message: ({ table }) =>
      `a change of ${table} arrived, and "tables" does not say where it belongs; name it, or let "route" of the relay leave it out`,
  }),
}
