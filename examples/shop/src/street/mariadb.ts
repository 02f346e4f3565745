import { messageOf } from '@rocketeer/foundation'

/** A MariaDB that the street started for itself. */
export interface StreetMariadb {
  /** `mysql://…`, without a schema. */
  readonly url: string
  close(): Promise<void>
}

/** Starts a MariaDB, which writes a binlog. Rejects with what to install where there is none. */
export async function startMariadb(port: number): Promise<StreetMariadb> {
  const { BINLOG_SETTINGS, MariadbServer } = await import('@rocketeer/test-kit')
  try {
    // The story kills processes, not machines.
    const settings = [...BINLOG_SETTINGS, 'innodb_flush_log_at_trx_commit=2']
    return await MariadbServer.start({ port, settings })
  } catch (error) {
    throw new Error(
      `this scenario reads the binlog of a MariaDB, which could not be started: install mariadb-server (${messageOf(error)})`,
    )
  }
}
