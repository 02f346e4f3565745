import { isRocketeerError, messageOf, systemClock } from '@rocketeer/foundation'
import { toolkitErrors } from '../../errors.js'
import { describePosition, type RelayPosition } from '../positions/relay-position.js'
import type { BinlogEvent } from '../source/binlog-events.js'
import { type BinlogStream, type ChangeSource, streamOf } from '../source/change-source.js'
import { Transactions, type TransactionsOptions } from './transactions.js'

/** Where a reading begins or goes on. */
export type ReadingPosition = Pick<RelayPosition, 'gtids' | 'file' | 'offset'>

export interface ReadingOptions extends Omit<TransactionsOptions, 'file'> {
  readonly source: ChangeSource
  readonly serverId: number
  readonly from: ReadingPosition
  /** `database.table` or `database.*`. */
  readonly tables: readonly string[]
  readonly silenceMsMax: number
  /** Called once, for what ended the reading. */
  readonly onFailure: (error: unknown) => void
  /** Called for each event, also those that only say that there is nothing new. */
  readonly onEvent: (event: BinlogEvent) => void
}

/** The server is asked for a sign of life so many times within the longest silence. */
const SIGNS_IN_SILENCE = 3

/** Asking the server to end the reading of a connection that is gone may take long. */
const STOP_MS_MAX = 2_000

/** Reads a binlog until it is closed or fails. */
export class BinlogReading {
  readonly #options: ReadingOptions
  readonly #stream: BinlogStream
  readonly #transactions: Transactions
  readonly #watch: { cancel(): void }
  #lastEventAt = performance.now()
  #isPaused = false
  #isOver = false

  constructor(options: ReadingOptions) {
    this.#options = options
    const { source, from, serverId, silenceMsMax } = options
    this.#stream = streamOf(source)
    this.#transactions = new Transactions({ ...options, file: () => this.#stream.options.filename ?? '' })
    this.#stream.on('error', (error) => this.#fail(reasonOf(error, options)))
    this.#stream.on('binlog', (event) => this.#take(event))
    this.#stream.start({
      serverId,
      includeSchema: schemaFilter(options.tables),
      ...(from.gtids === undefined
        ? { filename: from.file, position: from.offset }
        : { gtidSet: from.gtids }),
    })
    // Asked before the library has begun to read, so that the server does not fall silent when nothing changes.
    const period = Math.ceil(silenceMsMax / SIGNS_IN_SILENCE) * 1_000_000
    const sql = `SET @master_heartbeat_period = ${period}, @source_heartbeat_period = ${period}`
    this.#stream.connection?.query(sql, (error) => error && this.#fail(error))
    this.#stream.connection?.on('end', () => this.#fail(lost('the server closed the connection')))
    this.#watch = systemClock.every(Math.max(1, silenceMsMax / SIGNS_IN_SILENCE), () =>
      this.#lookForSilence(),
    )
  }

  /** Where reading would go on behind the transaction that ended last. `offset` is its end in the file. */
  positionAt(offset: number): ReadingPosition | undefined {
    const { gtidSet, options } = this.#stream
    if (offset === 0) return undefined
    return gtidSet === undefined
      ? { file: options.filename, offset }
      : { gtids: gtidSet, file: options.filename, offset }
  }

  pause(): void {
    if (this.#isPaused || this.#isOver) return
    this.#isPaused = true
    this.#stream.connection?.pause()
  }

  resume(): void {
    if (!this.#isPaused || this.#isOver) return
    this.#isPaused = false
    this.#lastEventAt = performance.now()
    this.#stream.connection?.resume()
  }

  async close(): Promise<void> {
    this.#isOver = true
    this.#watch.cancel()
    await new Promise<void>((resolve) => {
      const timer = systemClock.after(STOP_MS_MAX, resolve)
      this.#stream.once('stopped', () => {
        timer.cancel()
        resolve()
      })
      this.#stream.stop()
    })
  }

  #take(event: BinlogEvent): void {
    if (this.#isOver) return
    this.#lastEventAt = performance.now()
    try {
      this.#options.onEvent(event)
      this.#transactions.take(event)
    } catch (error) {
      this.#fail(error)
    }
  }

  #lookForSilence(): void {
    const silentMs = performance.now() - this.#lastEventAt
    if (this.#isPaused || silentMs <= this.#options.silenceMsMax) return
    this.#fail(lost(`the server has been silent for ${Math.round(silentMs)} ms (silenceMsMax)`))
  }

  #fail(error: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#watch.cancel()
    this.#options.onFailure(error)
  }
}

function lost(reason: string): Error {
  return Object.assign(new Error(reason), { code: 'PROTOCOL_CONNECTION_LOST' })
}

function schemaFilter(tables: readonly string[]): Record<string, string[] | true> {
  const filter: Record<string, string[] | true> = {}
  for (const table of tables) {
    const [database = '', name = ''] = table.split('.')
    const before = filter[database]
    filter[database] = name === '*' || before === true ? true : [...(before ?? []), name]
  }
  return filter
}

/** ER_MASTER_FATAL_ERROR_READING_BINLOG stands for several things, which only its text tells apart. */
const FATAL_READING = 1236

function reasonOf(
  error: Error & { errno?: number; code?: string },
  { from, serverId }: ReadingOptions,
): unknown {
  if (isRocketeerError(error)) return error
  const reason = messageOf(error)
  // ER_SLAVE_SAME_ID of MariaDB, for which the driver has a name of MySQL's; MySQL says it under the number below.
  if (/same server_(uu)?id/i.test(reason)) return toolkitErrors.SERVER_ID_CLASH({ serverId, reason }, error)
  if (error.errno === FATAL_READING) {
    if (/max_allowed_packet/i.test(reason))
      return toolkitErrors.BINLOG_UNSUITABLE({
        setting: 'max_allowed_packet',
        value: `too small (${reason})`,
        advice: 'raise it above the longest event: SET GLOBAL max_allowed_packet = 1073741824',
      })
    return toolkitErrors.BINLOG_PURGED({ position: describePosition(from), reason }, error)
  }
  // What comes from the server or the network has a code; the rest is an event that the library could not read.
  if (error.code !== undefined || /connection unavailable/i.test(reason)) return error
  return toolkitErrors.CHANGE_UNSUPPORTED(
    {
      what: `an event of the binlog that cannot be read (${reason})`,
      position: describePosition(from),
      advice: 'nothing was skipped; after its cause is gone take a snapshot',
    },
    error,
  )
}
