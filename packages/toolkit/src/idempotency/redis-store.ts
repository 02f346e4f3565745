import { randomUUID } from 'node:crypto'
import { type Clock, option, parseOptions, sleep, systemClock, z } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'
import { givenRedis } from '../given.js'
import type { EffectCall, EffectOutcome, IdempotencyEntry, IdempotencyStore } from './idempotency-store.js'
import { Lease } from './lease.js'

/** A connected client of `redis` or of `ioredis`, as far as it is used here. */
export type RedisClient =
  | { sendCommand(args: string[]): Promise<unknown> }
  | { call(command: string, ...args: string[]): Promise<unknown> }

/** What `redisStore` can be told. */
export interface RedisStoreOptions {
  /** Begins the name of each key, `'rocketeer:idempotency:'`. */
  prefix?: string | undefined
  /**
   * How long a consumer that died keeps its message from the others, 60,000 ms. While a handler runs its lease is renewed.
   */
  leaseMs?: number | undefined
  /** How long it is remembered that an effect is done, 604,800,000 ms (7 days): longer than its message can still come. */
  keepMs?: number | undefined
  /** Drives the renewals; leases go by the clock of Redis. */
  clock?: Clock | undefined
}

const schema = z.strictObject({
  prefix: option.text().default('rocketeer:idempotency:'),
  leaseMs: option.milliseconds().min(100).default(60_000),
  keepMs: z
    .int()
    .positive()
    .default(7 * 24 * 3_600_000),
  clock: option.clock().default(systemClock),
}) satisfies z.ZodType<unknown, RedisStoreOptions>

type RedisStoreConfig = Readonly<z.output<typeof schema>>

const NOW = `local time = redis.call('TIME'); local now = time[1] * 1000 + math.floor(time[2] / 1000)`
const HELD = `local held = redis.call('HMGET', KEYS[1], 'owner', 'until')`

/** Values: owner, leaseMs, keepMs. A key outlives its lease, so that a takeover is known as one. */
const BEGIN = `${NOW} ${HELD}
if held[1] and (held[1] == 'done' or tonumber(held[2]) > now) then return held[1] end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'until', now + ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if held[1] then return 'takeover' end
return 'begun'`

/** Values: owner, leaseMs. 0 when somebody else has taken over. */
const RENEW = `${NOW} ${HELD}
if held[1] ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'until', now + ARGV[2])
return 1`

/** Values: owner, keepMs, message id. */
const FINISH = `redis.call('HSET', KEYS[1], 'owner', 'done', 'until', 0, 'message', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`

/** Value: owner. */
const GIVE_UP = `if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`

const FINISH_ATTEMPTS = 5
const FINISH_PAUSE_MS = 200

/**
 * Keeps in Redis which effects are done, for effects that are in no database. Redis and the effect do not become true
 * together: a consumer that dies between its effect and the word in Redis makes the effect again, as one does whose lease
 * ran out, and a Redis that loses its memory knows nothing. Throws `OPTION_INVALID`.
 */
export function redisStore(redis: RedisClient, options: RedisStoreOptions = {}): IdempotencyStore<undefined> {
  return new RedisStore(givenRedis(redis, 'redisStore'), parseOptions(schema, options, 'redisStore'))
}

class RedisStore implements IdempotencyStore<undefined> {
  readonly #redis: RedisClient
  readonly #config: RedisStoreConfig

  constructor(redis: RedisClient, config: RedisStoreConfig) {
    this.#redis = redis
    this.#config = config
  }

  async once(
    entries: readonly IdempotencyEntry[],
    effect: (
      fresh: readonly IdempotencyEntry[],
      transaction: undefined,
      signal: AbortSignal,
    ) => Promise<void>,
    { signal }: EffectCall,
  ): Promise<readonly EffectOutcome[]> {
    const owner = randomUUID()
    const outcomes: EffectOutcome[] = []
    const mine: IdempotencyEntry[] = []
    try {
      for (const entry of entries) {
        const outcome = await this.#begin(entry, owner)
        outcomes.push(outcome)
        if (outcome !== 'skipped') mine.push(entry)
      }
      if (mine.length > 0) await this.#runLeased(mine, owner, signal, effect)
    } catch (error) {
      // A lease that cannot be given back runs out.
      await Promise.allSettled(mine.map((entry) => this.#eval(GIVE_UP, entry, [owner])))
      throw error
    }
    await Promise.all(mine.map((entry) => this.#finish(entry, owner)))
    return outcomes
  }

  async #begin(entry: IdempotencyEntry, owner: string): Promise<EffectOutcome> {
    if (entry.id === undefined) return 'handled'
    const { leaseMs, keepMs } = this.#config
    const state = String(await this.#eval(BEGIN, entry, [owner, leaseMs, Math.max(keepMs, leaseMs)]))
    if (state === 'begun') return 'handled'
    if (state === 'takeover') return 'takeover'
    if (state === 'done') return 'skipped'
    throw toolkitErrors.KEY_IN_PROGRESS({ key: entry.key })
  }

  /** Renews the leases while the effect is made; its signal says when one was lost. */
  async #runLeased(
    entries: readonly IdempotencyEntry[],
    owner: string,
    signal: AbortSignal,
    effect: (
      fresh: readonly IdempotencyEntry[],
      transaction: undefined,
      signal: AbortSignal,
    ) => Promise<void>,
  ): Promise<void> {
    const { leaseMs, clock } = this.#config
    const known = entries.filter(({ id }) => id !== undefined)
    const lease = new Lease({
      leaseMs,
      clock,
      renew: async () => {
        const renewed = await Promise.all(known.map((entry) => this.#eval(RENEW, entry, [owner, leaseMs])))
        return renewed.every((each) => Number(each) === 1)
      },
    })
    try {
      await effect(entries, undefined, AbortSignal.any([signal, lease.lost]))
    } finally {
      lease.close()
    }
  }

  /** The effect is made: whoever owns the lease by now, it is done. A Redis that is away for a moment is waited for. */
  async #finish(entry: IdempotencyEntry, owner: string): Promise<void> {
    const values = [owner, this.#config.keepMs, entry.message.messageId]
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#eval(FINISH, entry, values)
        return
      } catch (error) {
        if (attempt === FINISH_ATTEMPTS) throw error
        await sleep(this.#config.clock, FINISH_PAUSE_MS)
      }
    }
  }

  async #eval(
    script: string,
    { id }: IdempotencyEntry,
    values: readonly (string | number)[],
  ): Promise<unknown> {
    if (id === undefined) return 1
    const key = this.#config.prefix + id.toString('base64url')
    const args = [script, '1', key, ...values.map(String)]
    return 'call' in this.#redis
      ? this.#redis.call('EVAL', ...args)
      : this.#redis.sendCommand(['EVAL', ...args])
  }
}
