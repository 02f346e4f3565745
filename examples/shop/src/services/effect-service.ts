import { subscribe } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, Consumer, ConsumerOptions, Message } from '@rocketeer/client'
import { Resources } from '@rocketeer/foundation'
import { type DeadLetterOutcome, DeadLetterWorker, sqlOutcomes } from '@rocketeer/toolkit/dead-letters'
import { sqlProbe } from '@rocketeer/toolkit/health'
import { idempotent, redisStore, sqlInbox } from '@rocketeer/toolkit/idempotency'
import { rolledBack } from '@rocketeer/toolkit/migration'
import type { Transaction } from '../databases/database.js'
import type { Effect } from './events.js'
import { groupOf, type OrderPaid, orderIn, type Service, type ServiceNeeds, topicOf } from './service.js'
import { BUSINESS } from './sudden-death.js'
import { readBoth } from './two-clusters.js'

/** How a service differs from the one that only writes its row. */
export interface EffectOptions {
  /** What it does for a paid order before that. */
  readonly before?: (order: OrderPaid) => Promise<void>
  /** Makes its consumer, `client.consumer` unless something guards it. */
  readonly consumer?: (client: Client, options: ConsumerOptions) => Consumer
}

/** How many messages one look at the dependency may give back at first, and at most, each second. */
const REPLAY_RATES = { firstRatePerSecond: 20, ratePerSecond: 200, growAfterMs: 1_000 }
const PROBE = { probeIntervalMs: 500, healthyAfter: 2, unhealthyAfter: 1 }

/**
 * Gives each paid order one effect: a row in the service's own database. The inbox notes the order in the same
 * transaction, so a message that comes again changes nothing; dead letters come again once the database answers.
 */
export async function openEffectService(
  needs: ServiceNeeds,
  effect: Effect,
  { before, consumer }: EffectOptions = {},
): Promise<Service> {
  const { config, client, database, tell } = needs
  await database.run('CREATE TABLE IF NOT EXISTS effects (order_id VARCHAR(32) NOT NULL, at BIGINT NOT NULL)')
  const resources = new Resources()
  /** Messages that had an effect; a repeated one has none. */
  const effective = new WeakSet<Message>()
  const give = async (message: Message, transaction: Transaction) => {
    const insert = `${BUSINESS.give} (order_id, at) VALUES (?, ?)`
    await database.execute(transaction, insert, [orderIn(message).orderId, Date.now()])
    effective.add(message)
  }
  const handleAlways = (message: Message) => database.transaction((transaction) => give(message, transaction))
  const handleOnce =
    config.inbox === undefined
      ? await inDatabase(database, give)
      : idempotent({ store: redisStore(await connectRedis(config.inbox, resources)) }, handleAlways)

  const isSlow = effect === 'points' && config.pointsTakeMs !== undefined
  const options: ConsumerOptions = {
    group: groupOf(effect),
    subscribe: { [config.topic ?? topicOf('order-paid')]: '*' },
    startFrom: 'first',
    concurrency: 10,
    ordered: isSlow,
    retriesMax: config.retriesMax,
    handle: async (message, context) => {
      const { orderId: order } = orderIn(message)
      const attempt = message.reconsumeTimes
      try {
        if (isSlow) await sleep(config.pointsTakeMs)
        await before?.(orderIn(message))
        await (config.without === 'idempotency' ? handleAlways(message) : handleOnce(message, context))
        const kind = effective.has(message) ? 'effect' : 'repeated'
        tell(kind === 'effect' ? { kind, effect, order, attempt } : { kind, effect, order })
      } catch (error) {
        tell({ kind: 'failed', effect, order, attempt, error: String(error) })
        throw error
      }
    },
  }
  const makeConsumer = consumer ?? ((given: Client, consuming: ConsumerOptions) => given.consumer(consuming))
  let move: Service['move']
  if (config.move) {
    const shadow = rolledBack(database, (message, { transaction }) => give(message, transaction))
    const reader = resources.use(await readBoth(needs, { consumer: options, shadow, makeConsumer }))
    move = ({ reads }) => reader.putInCharge(reads)
  } else {
    const consuming = resources.use(makeConsumer(client, options))
    // The story is told of each failure already.
    consuming.on('problem', () => {})
    await consuming.ready
  }
  if (config.without !== 'dead-letter-worker') await replayDeadLetters(needs, effect, resources)
  return { ...(move && { move }), close: () => resources.close() }
}

/** The inbox notes a message in the transaction that gives the effect. */
async function inDatabase(
  database: ServiceNeeds['database'],
  give: (message: Message, transaction: Transaction) => Promise<void>,
) {
  const inbox = sqlInbox(database)
  await inbox.createTables()
  return idempotent({ store: inbox }, (message, { transaction }) => give(message, transaction))
}

async function connectRedis(url: string, resources: Resources) {
  const { createClient } = await import('redis')
  const client = createClient({ url })
  client.on('error', () => {})
  await client.connect()
  resources.use({ close: async () => client.destroy() })
  return client
}

/** Has dead letters given to the service again once its database answers. */
async function replayDeadLetters(
  { client, newClient, database, tell }: ServiceNeeds,
  effect: Effect,
  resources: Resources,
): Promise<void> {
  const outcomes = sqlOutcomes(database)
  await outcomes.createTables()
  subscribe('rocketeer:toolkit:dead-letters', (message) => {
    const { state, key } = message as DeadLetterOutcome
    if (state === 'replayed' && key !== undefined) tell({ kind: 'replayed', effect, order: key })
  })
  for (const each of newClient ? [client, newClient] : [client]) {
    const worker = resources.use(
      new DeadLetterWorker(each, {
        groups: groupOf(effect),
        probe: sqlProbe(database, 'SELECT 1 FROM effects LIMIT 1'),
        outcomes,
        ...REPLAY_RATES,
        ...PROBE,
      }),
    )
    worker.on('problem', (error) => tell({ kind: 'problem', text: String(error) }))
  }
}

/** The order ids of all effects; one that occurs twice was given twice. */
export async function effectsIn(database: ServiceNeeds['database']): Promise<string[]> {
  const rows = await database.all('SELECT order_id FROM effects')
  return rows.map(({ order_id: id }) => String(id))
}
