import type { Client, Consumer, Handle, Message } from '@rocketeer/client'
import { optionErrors, parseOptions, sleep } from '@rocketeer/foundation'
import { toolkitErrors } from '../../errors.js'
import { Worker } from '../../worker/worker.js'
import { type MigrationEvent, migrationChannel } from '../clusters/channels.js'
import { checkTwoClusters, clusterName, inCluster, otherSide, type Side } from '../clusters/clusters.js'
import {
  type Charge,
  type DoubleReadConfig,
  type DoubleReadOptions,
  doubleReadSchema,
} from './double-read-options.js'
import { endsOf, hasOffsets, leftBefore } from './group-left.js'

/** What a double reader has done since it was made. */
export interface DoubleReadStatus {
  readonly inCharge: Charge
  /** The cluster whose consuming is about to end, once everything of it is consumed. */
  readonly leaving: Side | undefined
  /** Messages of the cluster that was not in charge. */
  readonly shadows: { readonly handled: number; readonly failed: number; readonly lastError: unknown }
}

/** How `putInCharge` may be told. */
export interface ChangeOptions {
  /**
   * True: ends consuming from the other cluster although messages of it may be left, because it is gone. Default false.
   */
  force?: boolean | undefined
  /** Gives the change up: both clusters stay in charge. */
  signal?: AbortSignal | undefined
}

/**
 * Consumes a topic from two clusters: for real from the one in charge, and from the other one by a group of its own, for a
 * shadow whose failures are counted and never tried again. Resolves when both have their queues. Rejects with
 * `MIGRATION_SAME_CLUSTER`, `MIGRATION_TOPIC_MISSING`, `MIGRATION_OFFSETS_MISSING`, `OPTION_INVALID`, or as
 * `client.consumer` throws.
 */
export async function doubleRead(options: DoubleReadOptions): Promise<DoubleReader> {
  const config = parseOptions(doubleReadSchema, options, 'doubleRead')
  await checkTwoClusters(config)
  const reader = new DoubleReader(config)
  try {
    await reader.start()
    return reader
  } catch (error) {
    await reader.close()
    throw error
  }
}

/** Whether a consumer of a side works for real. */
type Role = 'real' | 'shadow'

const ROLES: Readonly<Record<Charge, Readonly<Record<Side, Role>>>> = {
  from: { from: 'real', to: 'shadow' },
  both: { from: 'real', to: 'real' },
  to: { from: 'shadow', to: 'real' },
}

/** Consumers of two clusters; `doubleRead` makes them. */
export class DoubleReader extends Worker {
  readonly #config: DoubleReadConfig
  readonly #consumers = new Map<Side, { readonly role: Role; readonly consumer: Consumer }>()
  readonly #shadows: { handled: number; failed: number; lastError: unknown } = {
    handled: 0,
    failed: 0,
    lastError: undefined,
  }
  #inCharge: Charge
  #leaving: Side | undefined
  /** The change under way. */
  #change: { readonly stop: AbortController; readonly over: Promise<void> } | undefined

  /** @internal */
  constructor(config: DoubleReadConfig) {
    super(`the double reader (group "${config.consumer.group}")`, config.signal)
    this.#config = config
    this.#inCharge = config.inCharge
    this.resources.defer(() => this.#closeConsumers())
    this.resources.defer(() => this.#change?.stop.abort())
  }

  get status(): DoubleReadStatus {
    return { inCharge: this.#inCharge, leaving: this.#leaving, shadows: { ...this.#shadows } }
  }

  /** @internal */
  async start(): Promise<void> {
    const roles = ROLES[this.#inCharge]
    for (const topic of this.#topics) {
      for (const side of ['from', 'to'] as const)
        await inCluster(side, () => this.#config[side].admin().topics.queues(topic))
    }
    // Whoever is in charge of the old cluster from the start was so before.
    if (roles.to === 'real') await this.#checkOffsets('to')
    await Promise.all([this.#have('from', roles.from), this.#have('to', roles.to)])
  }

  /**
   * Changes which cluster is in charge. `'both'`: both from now on; the idempotent handler makes one effect of two messages.
   * `'to'`: both, until the group has consumed in the old cluster what was stored there by now, and its retries; then the
   * new one alone. `'from'` is the way back. Another call takes the place of a change that waits. Rejects with
   * `MIGRATION_OFFSETS_MISSING`, with `MIGRATION_UNFINISHED` when it was given up (both stay in charge), or the client's
   * errors.
   */
  async putInCharge(charge: Charge, { force = false, signal }: ChangeOptions = {}): Promise<void> {
    if (!Object.hasOwn(ROLES, charge)) {
      const problems = ["'from', 'both' or 'to' is needed"]
      throw optionErrors.OPTION_INVALID({ subject: 'putInCharge', problems })
    }
    const before = this.#change
    before?.stop.abort()
    const stop = new AbortController()
    const signals = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal])
    const changing = (async () => {
      await before?.over
      if (this.isClosed) throw toolkitErrors.WORKER_CLOSED({ what: 'double reader' })
      await this.#toBoth()
      if (charge !== 'both') await this.#leave(otherSide(charge), force, signals)
    })()
    const over = changing.catch(() => {})
    this.#change = { stop, over }
    await changing
  }

  async #toBoth(): Promise<void> {
    for (const side of ['from', 'to'] as const) {
      if (this.#consumers.get(side)?.role === 'real') continue
      await this.#checkOffsets(side)
      await this.#have(side, 'real')
    }
    this.#inCharge = 'both'
  }

  /** Ends consuming from a side for real, once everything that the other one may not have is consumed there. */
  async #leave(side: Side, force: boolean, signal: AbortSignal): Promise<void> {
    const client = this.#config[side]
    const { group } = this.#config.consumer
    this.#leaving = side
    try {
      if (!force) {
        const ends = await endsOf(client, this.#topics)
        await this.#consumed(side, ends, signal)
        await this.#have(side, 'shadow')
        // A handler that ran until then may have failed.
        const { messages, retries } = await leftBefore(client, group, ends)
        if (messages + retries > 0) {
          await this.#have(side, 'real')
          throw this.#unfinished(side, { messages, retries }, 'its consumer had ended')
        }
      } else await this.#have(side, 'shadow')
      this.#inCharge = otherSide(side)
    } finally {
      this.#leaving = undefined
    }
  }

  async #consumed(side: Side, ends: Awaited<ReturnType<typeof endsOf>>, signal: AbortSignal): Promise<void> {
    const { lookIntervalMs, clock, consumer } = this.#config
    for (;;) {
      try {
        const left = await leftBefore(this.#config[side], consumer.group, ends)
        if (left.messages + left.retries === 0) return
        if (signal.aborted) throw this.#unfinished(side, left, 'the change was given up')
      } catch (error) {
        // A broker may be away for a moment, and what is consumed stays so.
        if (signal.aborted) throw error
        this.report(error, { side, group: consumer.group })
      }
      await sleep(clock, lookIntervalMs, signal).catch(() => {})
    }
  }

  #unfinished(side: Side, left: { messages: number; retries: number }, problem: string) {
    const { group } = this.#config.consumer
    return toolkitErrors.MIGRATION_UNFINISHED({ group, cluster: clusterName(side), ...left, problem })
  }

  /** Without offsets a group would begin behind what is there, or with the oldest message. */
  async #checkOffsets(side: Side): Promise<void> {
    const { group } = this.#config.consumer
    for (const topic of this.#topics) {
      if (await inCluster(side, () => hasOffsets(this.#config[side], group, topic))) continue
      throw toolkitErrors.MIGRATION_OFFSETS_MISSING({ group, topic, cluster: clusterName(side) })
    }
  }

  /** Has a side consumed in a role; resolves when the consumer has its queues. */
  async #have(side: Side, role: Role): Promise<void> {
    const now = this.#consumers.get(side)
    if (now?.role === role) return
    await now?.consumer.close()
    const client = this.#config[side]
    const consumer = role === 'real' ? this.#realOf(side, client) : this.#shadowOf(side, client)
    consumer.on('problem', (error) => this.report(error, { side, group: consumer.group }))
    this.#consumers.set(side, { role, consumer })
    await consumer.ready
  }

  /** A queue without an offset begins with its first message, so that none is skipped. */
  #realOf(side: Side, client: Client): Consumer {
    const { consumer, makeConsumer } = this.#config
    const isFirst = side === 'from' && this.#inCharge === 'from' && !this.#consumers.has(side)
    return makeConsumer(client, isFirst ? consumer : { ...consumer, startFrom: 'first' })
  }

  #shadowOf(side: Side, client: Client): Consumer {
    const { consumer, shadowGroup } = this.#config
    const { handle: _, handleBatch: __, batchSize: ___, retriesMax: ____, ...reading } = consumer
    return client.consumer({ ...reading, group: shadowGroup, handle: this.#shadowed(side) })
  }

  #shadowed(side: Side): Handle {
    const { shadow, consumer } = this.#config
    return async (message, { signal }) => {
      let failure: unknown
      try {
        await shadow?.(message, { group: consumer.group, signal })
        this.#shadows.handled++
      } catch (error) {
        failure = error
        this.#shadows.failed++
        this.#shadows.lastError = error
        this.report(error, { side, topic: message.topic, messageId: message.messageId })
      }
      this.#publish(side, message, failure)
    }
  }

  #publish(side: Side, { topic, messageId }: Message, error: unknown): void {
    if (!migrationChannel.hasSubscribers) return
    const event: MigrationEvent = { kind: 'shadow', side, topic, messageIds: [messageId], error }
    migrationChannel.publish(event)
  }

  get #topics(): string[] {
    return Object.keys(this.#config.consumer.subscribe)
  }

  async #closeConsumers(): Promise<void> {
    await this.#change?.over
    await Promise.all([...this.#consumers.values()].map(({ consumer }) => consumer.close()))
  }
}
