import { type HandlerContext, isRocketeerError, type Message, postpone } from '@rocketeer/client'
import { option, parseOptions, z } from '@rocketeer/foundation'
import { givenFunction } from '../given.js'
import { type IdempotencyEvent, idempotencyChannel } from './channels.js'
import type { EffectOutcome, IdempotencyEntry, IdempotencyStore } from './idempotency-store.js'
import { entryOf, type MissingKey } from './identity.js'

/** What a handler gets besides the message. */
export interface IdempotentContext<Transaction> extends HandlerContext {
  /**
   * The open transaction: what is done in it becomes true together with the store's word that it is done. Do not commit or
   * roll back; `undefined` with stores that have none.
   */
  readonly transaction: Transaction
}

/** What `idempotentBatch` takes. */
export interface IdempotentBatchOptions<Transaction> {
  /** Where is kept what is done. */
  store: IdempotencyStore<Transaction>
  /** What names the effect; the message's key (`message.key`) by default. Two messages of one key have one effect. */
  key?: ((message: Message) => string | undefined) | undefined
  /**
   * Within what a key names an effect: by default the consumer group with the message's topic (of what a spread has
   * forwarded, the one it comes from) and tag. Give a name where the same effect comes from several topics.
   */
  scope?: string | undefined
  /**
   * What to do with a message without a key: `'useMessageId'`, the default, knows it by its unique id, which redeliveries
   * have in common but not what a producer sends twice; `'handle'` makes its effect as often as it comes.
   */
  onMissingKey?: 'useMessageId' | 'handle' | undefined
  /** After how many milliseconds a message comes again while another consumer is at its key; 200. */
  postponeMs?: number | undefined
}

/** What `idempotent` takes. */
export interface IdempotentOptions<Transaction>
  extends Omit<IdempotentBatchOptions<Transaction>, 'onMissingKey'> {
  /**
   * What to do with a message without a key: `'useMessageId'`, the default, knows it by its unique id, which redeliveries
   * have in common but not what a producer sends twice; `'handle'` makes its effect as often as it comes; `'deadLetter'`
   * makes it a dead letter.
   */
  onMissingKey?: MissingKey | undefined
}

const functionOf = <Type>() => z.custom<Type>((value) => typeof value === 'function', 'a function is needed')

/** Emitters, as pools of databases and clients are, have a function `once` as well. */
function isStore(value: (Partial<IdempotencyStore<unknown>> & { emit?: unknown }) | undefined): boolean {
  return typeof value?.once === 'function' && value.emit === undefined
}

const batchOptions = {
  store: z.custom<IdempotencyStore<unknown>>(
    (value) => isStore(value as IdempotencyStore<unknown> | undefined),
    'a store is needed: sqlInbox(…), redisStore(…) or businessCheck(…)',
  ),
  key: functionOf<(message: Message) => string | undefined>().default(
    () => (message: Message) => message.key,
  ),
  scope: z.string().min(1).optional(),
  postponeMs: option.wait().default(200),
}
const batchSchema = z.strictObject({
  ...batchOptions,
  onMissingKey: z.enum(['useMessageId', 'handle']).default('useMessageId'),
})
const schema = z.strictObject({
  ...batchOptions,
  onMissingKey: z.enum(['useMessageId', 'handle', 'deadLetter']).default('useMessageId'),
})

type IdempotentConfig = Readonly<z.output<typeof schema>>

/**
 * A handler whose effect happens once for each key, however often the message comes. A message whose effect is done is
 * consumed without a call of `handle`; what `handle` throws passes on, and the message can be handled again. While another
 * consumer is at the same key, the message is postponed. Throws `OPTION_INVALID`.
 */
export function idempotent<Transaction>(
  options: IdempotentOptions<Transaction>,
  handle: (message: Message, context: IdempotentContext<Transaction>) => unknown,
): (message: Message, context: HandlerContext) => Promise<void> {
  const config = parseOptions(schema, options, 'idempotent')
  givenFunction(handle, 'idempotent', 'a handler')
  return (message, context) =>
    run<Transaction>(config, [message], context, ([first], inner) => handle(first!, inner))
}

/**
 * The same for `handleBatch`: the handler gets those messages whose effect is not done, each key once, and is not called
 * when there are none.
 */
export function idempotentBatch<Transaction>(
  options: IdempotentBatchOptions<Transaction>,
  handleBatch: (messages: readonly Message[], context: IdempotentContext<Transaction>) => unknown,
): (messages: readonly Message[], context: HandlerContext) => Promise<void> {
  const config = parseOptions(batchSchema, options, 'idempotentBatch')
  givenFunction(handleBatch, 'idempotentBatch', 'a handler')
  return (messages, context) => run<Transaction>(config, messages, context, handleBatch)
}

async function run<Transaction>(
  config: IdempotentConfig,
  messages: readonly Message[],
  context: HandlerContext,
  handle: (messages: readonly Message[], context: IdempotentContext<Transaction>) => unknown,
): Promise<void> {
  const { group } = context
  const all = messages.map((message) => entryOf(message, group, config))
  const entries = firstOfEach(all)
  const store = config.store as IdempotencyStore<Transaction>
  const effect = async (
    fresh: readonly IdempotencyEntry[],
    transaction: Transaction,
    signal: AbortSignal,
  ) => {
    const inner: IdempotentContext<Transaction> = { group, signal, transaction }
    await handle(
      fresh.map(({ message }) => message),
      inner,
    )
  }
  let outcomes: readonly EffectOutcome[]
  try {
    outcomes = await store.once(entries, effect, context)
  } catch (error) {
    if (!isRocketeerError(error, 'KEY_IN_PROGRESS')) throw error
    publish(group, all, () => 'waited')
    throw postpone({ afterMs: config.postponeMs, cause: error })
  }
  const byEntry = new Map(entries.map((entry, index) => [entry, outcomes[index]!]))
  publish(group, all, (entry) => byEntry.get(entry) ?? 'skipped')
}

/** Without the later ones of the same id: a batch may hold a message twice. */
function firstOfEach(entries: readonly IdempotencyEntry[]): IdempotencyEntry[] {
  const seen = new Set<string>()
  return entries.filter(({ id }) => {
    if (id === undefined) return true
    const name = id.toString('latin1')
    return !seen.has(name) && seen.add(name)
  })
}

function publish(
  group: string,
  entries: readonly IdempotencyEntry[],
  outcomeOf: (entry: IdempotencyEntry) => IdempotencyEvent['outcome'],
): void {
  if (!idempotencyChannel.hasSubscribers) return
  for (const entry of entries) {
    const { message, scope, key } = entry
    idempotencyChannel.publish({
      group,
      message,
      scope,
      key,
      outcome: outcomeOf(entry),
    } satisfies IdempotencyEvent)
  }
}
