import { createHash } from 'node:crypto'
import { type Clock, sleep } from '@rocketeer/foundation'
import { rowsOf, type SqlConnection } from './change-source.js'

/** How long the server lets a relay wait for the lock before it answers, so that a relay that closes is not held up. */
const WAIT_SECONDS = 5

/** How often a leader looks whether the lock is still its own. */
const LOOK_EVERY_MS = 5_000

/** MySQL allows 64 characters. */
function lockNameOf(relay: string): string {
  const name = `rocketeer_relay_${relay}`
  if (/^[\x21-\x7e]{1,64}$/.test(name)) return name
  return `rocketeer_relay_${createHash('sha256').update(relay).digest('hex').slice(0, 40)}`
}

/**
 * Resolves once this relay is the only one of its name: the server gives a user lock to one connection at a time, and to
 * the next when that one is gone. Rejects with the signal's reason.
 */
export async function lead(connection: SqlConnection, relay: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const [row] = await rowsOf(connection, 'SELECT GET_LOCK(?, ?) AS got', [lockNameOf(relay), WAIT_SECONDS])
    signal.throwIfAborted()
    if (Number(row?.got) === 1) return
  }
}

/** Looks from time to time whether the connection still holds the lock; rejects when it does not. */
export async function watchLead(
  connection: SqlConnection,
  { relay, clock, signal }: { relay: string; clock: Clock; signal: AbortSignal },
): Promise<never> {
  for (;;) {
    await sleep(clock, LOOK_EVERY_MS, signal)
    const sql = 'SELECT IS_USED_LOCK(?) = CONNECTION_ID() AS held'
    const [row] = await rowsOf(connection, sql, [lockNameOf(relay)])
    if (Number(row?.held) !== 1) throw new Error('the connection no longer holds the lock of the relay')
  }
}

/**
 * The id a relay reads the binlog with, as a replica would. A server serves one reader of each id and ends the older one,
 * which is what a relay wants that comes back before the server knows that it was gone; so it is made of the relay's name.
 * The upper half of the numbers keeps away from those that people give to servers.
 */
export function serverIdOf(relay: string, taken: readonly number[] = []): number {
  for (let attempt = 0; ; attempt++) {
    const hash = createHash('sha256').update(`${attempt}:${relay}`).digest()
    const id = 0x80000000 + (hash.readUInt32BE(0) % 0x7fffffff)
    if (!taken.includes(id)) return id
  }
}

/** The ids of the server and of its replicas that have registered. */
export async function serverIdsTaken(connection: SqlConnection, own: number): Promise<number[]> {
  for (const sql of ['SHOW REPLICAS', 'SHOW SLAVE HOSTS']) {
    try {
      const rows = await rowsOf(connection, sql)
      return [own, ...rows.map((row) => Number(row.Server_id ?? row.Server_Id))]
    } catch {
      // The other name, or no privilege to look.
    }
  }
  return [own]
}
