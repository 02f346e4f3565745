import { messageOf } from '@rocketeer/foundation'
import { toolkitErrors } from '../../errors.js'
import { rowsOf, type SqlConnection } from './change-source.js'

/** What a relay has to know of the server it reads. */
export interface ServerFacts {
  readonly isMariaDb: boolean
  readonly version: string
  readonly serverId: number
  /** Changes when another server answers, whose transactions may be numbered otherwise. */
  readonly identity: string
  /** Whether transactions have GTIDs, by which reading goes on at any server of a replication. */
  readonly hasGtids: boolean
}

/** Errors of MySQL that mean a privilege is missing. */
const DENIED = new Set([1044, 1045, 1142, 1227])

/** Looks whether a server's binlog says all that a relay needs. Rejects with `BINLOG_UNSUITABLE` or `PRIVILEGE_MISSING`. */
export async function checkServer(
  connection: SqlConnection,
  tables: readonly string[],
): Promise<ServerFacts> {
  const variables = await variablesOf(connection)
  const version = variables.version ?? ''
  const isMariaDb = /mariadb/i.test(version)
  const require = (setting: string, wanted: readonly string[], advice: string) => {
    const value = variables[setting]
    if (value === undefined || wanted.includes(value.toUpperCase())) return
    throw toolkitErrors.BINLOG_UNSUITABLE({ setting, value, advice })
  }
  require('log_bin', ['ON', '1'], 'start it with log_bin and a server_id')
  require('binlog_format', [
    'ROW',
  ], 'SET GLOBAL binlog_format = ROW (sessions keep theirs until they connect again)')
  require('binlog_row_image', ['FULL', 'FULL_NODUP'], 'SET GLOBAL binlog_row_image = FULL')
  require('binlog_row_metadata', [
    'FULL',
  ], 'SET GLOBAL binlog_row_metadata = FULL. Without it the binlog has no names of columns, and those that ' +
    'information_schema has by the time a change is read may be others: after ALTER TABLE values would stand under ' +
    'wrong names. Changes written before it was set cannot be relayed')
  require('binlog_transaction_compression', ['OFF', '0'], 'SET GLOBAL binlog_transaction_compression = OFF')
  require('binlog_row_value_options', [''], "SET GLOBAL binlog_row_value_options = ''")
  if (variables.binlog_row_metadata === undefined)
    throw toolkitErrors.BINLOG_UNSUITABLE({
      setting: 'version',
      value: version,
      advice:
        'MySQL 8.0, MariaDB 10.5 or newer is needed, whose binlog has the names of columns (binlog_row_metadata)',
    })
  await checkPrivileges(connection, tables)
  return {
    isMariaDb,
    version,
    serverId: Number(variables.server_id),
    identity: variables.server_uuid ?? variables.server_uid ?? `server_id ${variables.server_id}`,
    hasGtids: isMariaDb || variables.gtid_mode?.toUpperCase() === 'ON',
  }
}

async function variablesOf(connection: SqlConnection): Promise<Partial<Record<string, string>>> {
  const names = [
    'version',
    'log_bin',
    'server_id',
    'server_uuid',
    'server_uid',
    'binlog_format',
    'binlog_row_image',
    'binlog_row_metadata',
    'binlog_transaction_compression',
    'binlog_row_value_options',
    'gtid_mode',
  ]
  const quoted = names.map((name) => `'${name}'`).join(', ')
  const rows = await rowsOf(connection, `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${quoted})`)
  return Object.fromEntries(
    rows.map(({ Variable_name: name, Value: value }) => [String(name).toLowerCase(), String(value)]),
  )
}

async function checkPrivileges(connection: SqlConnection, tables: readonly string[]): Promise<void> {
  try {
    await rowsOf(connection, 'SHOW BINARY LOGS')
  } catch (error) {
    throw await explained(connection, tables, error)
  }
}

/** The error to throw for one of a query or of the stream: `PRIVILEGE_MISSING` when the server says that. */
export async function explained(
  connection: SqlConnection,
  tables: readonly string[],
  error: unknown,
): Promise<unknown> {
  if (!DENIED.has((error as { errno?: number }).errno ?? 0)) return error
  const [row] = await rowsOf(connection, 'SELECT CURRENT_USER() AS account').catch(() => [])
  const account = String(row?.account ?? 'the account')
    .split('@')
    .map((part) => `'${part}'`)
    .join('@')
  const grants = [
    `GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO ${account}`,
    ...tables.map((table) => `GRANT SELECT ON ${grantTarget(table)} TO ${account}`),
  ]
  return toolkitErrors.PRIVILEGE_MISSING({ account, grants, reason: messageOf(error) }, error)
}

function grantTarget(table: string): string {
  return table
    .split('.')
    .map((part) => (part === '*' ? part : `\`${part.replaceAll('`', '``')}\``))
    .join('.')
}
