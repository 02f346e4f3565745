import type { MessageToSend, Producer } from '@rocketeer/client'
import { type Clock, option, systemClock, z } from '@rocketeer/foundation'
import type { Change } from './changes/change.js'
import type { ChangeFormat, ChangeRoute } from './formats/change-message.js'
import type { PositionStore } from './positions/relay-position.js'
import type { ChangeSource } from './source/change-source.js'

/** A statement that changes a table without an event for each row. */
export interface TableChange {
  /** `database.table`. */
  readonly table: string
  readonly change: 'truncate' | 'drop' | 'rename' | 'alter'
  readonly sql: string
  /** When it ran, in milliseconds since the epoch. */
  readonly timestamp: number
}

/** What `relayChanges` takes. */
export interface ChangeRelayOptions {
  /** Names the relay: of several with one name, one relays and the others stand by. */
  name: string
  /** The database, and the libraries that read it. */
  source: ChangeSource
  /** The tables: `['shop.orders', 'shop.order_items']`, or `shop.*` for all of a database. */
  tables: readonly string[]
  /** Sends the changes; it stays open when the relay closes. */
  producer: Pick<Producer, 'send'>
  /** Where a change goes; undefined leaves it out. A topic for each table: `({ table }) => ({ topic: table })`. */
  route: (change: Change) => ChangeRoute | undefined
  /** Where the position is kept: `sqlPositions(database)` or `filePositions(directory)`. */
  positions: PositionStore
  /** Where a relay begins that has no position: with every row there is, `'snapshot'` (default), or `'now'`. */
  startWith?: 'snapshot' | 'now' | undefined
  /** `'change'` (default), or `'canal'` for consumers that read Canal's flat messages. */
  format?: ChangeFormat | undefined
  /** False leaves out what a row was before an update or delete, except for its key. True by default. */
  before?: boolean | undefined
  /** Columns that identify a row, for tables without a primary key; unique and never NULL: `{ 'shop.log': ['id'] }`. */
  keys?: Readonly<Record<string, readonly string[]>> | undefined
  /**
   * Called for ALTER, RENAME, DROP and TRUNCATE TABLE of a relayed table. After `'stop'` the relay stops before it with
   * `TABLE_CHANGED`, after `'go-on'` it goes on. By default it goes on after ALTER alone, which later changes show.
   */
  onTableChange?: ((change: TableChange) => 'stop' | 'go-on') | undefined
  /**
   * Called for a message that is too long to be sent. Returns a shorter one, or undefined to leave the change out. Without
   * it the relay stops with `CHANGE_TOO_LARGE`.
   */
  onTooLarge?: ((message: MessageToSend, change: Change) => MessageToSend | undefined) | undefined
  /** Changes on their way to brokers at the same time, 1,000. */
  changesUnderwayMax?: number | undefined
  /** Rows of one transaction that are kept until its commit is read, 10,000; a longer one is read twice. */
  transactionRowsMax?: number | undefined
  /** Bytes of one transaction that are kept until its commit is read, 16 MiB. */
  transactionBytesMax?: number | undefined
  /** Rows that a snapshot reads at once, 1,000. */
  snapshotRows?: number | undefined
  /** The position is saved this long after it was reached, 200 ms; a crash sends again what came after. */
  saveIntervalMs?: number | undefined
  /** Pause before a lost connection is opened again, 1,000 ms. */
  retryAfterMs?: number | undefined
  /** How long the source may be silent before its connection counts as lost, 15,000 ms; it is asked for a sign of life. */
  silenceMsMax?: number | undefined
  /** How long `close` waits for changes under way, 5,000 ms. */
  closeTimeoutMs?: number | undefined
  /** The id under which the binlog is read, unique among the server's replicas; made of `name` by default. */
  serverId?: number | undefined
  /** Closes the relay when aborted. */
  signal?: AbortSignal | undefined
  clock?: Clock | undefined
}

const functionOf = <Type>() => z.custom<Type>((value) => typeof value === 'function', 'a function is needed')
const objectWith = <Type>(...members: string[]) =>
  z.custom<Type>(
    (value) =>
      members.every((member) => typeof (value as Record<string, unknown> | null)?.[member] === 'function'),
    `an object with ${members.map((member) => `"${member}"`).join(' and ')} is needed`,
  )

export const relayOptionsSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(190)
    // Databases compare such names each in its own way.
    .refine((name) => name.trim() === name && !/[\p{Cc}\p{Surrogate}]/u.test(name), {
      error: 'a name without control characters, halves of characters and spaces at its ends is needed',
    }),
  source: objectWith<ChangeSource>('ZongJi', 'createConnection'),
  tables: z
    .array(z.string().regex(/^[^.]+\.[^.]+$/, 'every table must be "database.table" or "database.*"'))
    .min(1),
  producer: objectWith<Pick<Producer, 'send'>>('send'),
  route: functionOf<ChangeRelayOptions['route']>(),
  positions: objectWith<PositionStore>('claim'),
  startWith: z.enum(['snapshot', 'now']).default('snapshot'),
  format: z.enum(['change', 'canal']).default('change'),
  before: z.boolean().default(true),
  keys: z.record(z.string(), z.array(z.string()).min(1)).default({}),
  onTableChange: functionOf<NonNullable<ChangeRelayOptions['onTableChange']>>().default(
    () => (change: TableChange) => (change.change === 'alter' ? ('go-on' as const) : ('stop' as const)),
  ),
  onTooLarge: functionOf<NonNullable<ChangeRelayOptions['onTooLarge']>>().optional(),
  changesUnderwayMax: option.count().max(100_000).default(1_000),
  transactionRowsMax: option.count().default(10_000),
  transactionBytesMax: option.bytes().default(16 * 1024 * 1024),
  snapshotRows: option.count().max(100_000).default(1_000),
  saveIntervalMs: option.wait().default(200),
  retryAfterMs: option.milliseconds().default(1_000),
  silenceMsMax: option.milliseconds().default(15_000),
  closeTimeoutMs: option.wait().default(5_000),
  serverId: z.int().min(1).max(0xffffffff).optional(),
  signal: z.instanceof(AbortSignal).optional(),
  clock: option.clock().default(systemClock),
}) satisfies z.ZodType<unknown, ChangeRelayOptions>

export type ChangeRelayConfig = Readonly<z.output<typeof relayOptionsSchema>>
