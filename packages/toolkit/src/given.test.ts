import { fakeMessage } from '@rocketeer/client/testing'
import { isRocketeerError } from '@rocketeer/foundation'
import sqlite from 'node-sqlite3-wasm'
import { expect, it } from 'vitest'
import * as backlog from './backlog/index.js'
import { CircuitBreaker } from './circuit-breaker/index.js'
import * as deadLetters from './dead-letters/index.js'
import { delayedCheck } from './delayed-check/index.js'
import { alreadySent, businessCheck, idempotent, idempotentBatch, redisStore } from './idempotency/index.js'
import * as migration from './migration/index.js'
import { Outbox } from './outbox/index.js'
import { sqliteDatabase } from './sql/index.js'
import { TransactionTable } from './transactions/index.js'

const database = sqliteDatabase(new sqlite.Database())
const [group, topic] = ['coupon', 'paid']

/** Whatever a piece asks its client for. */
const pieces: Readonly<Record<string, (client: never) => unknown>> = {
  alreadySent: (client) => alreadySent(client, { topic, key: 'order-1' }),
  BacklogMeter: (client) => new backlog.BacklogMeter(client, { group }),
  planSpread: (client) => backlog.planSpread(client, { group, topic, queues: 8 }),
  spreadBacklog: (client) => backlog.spreadBacklog(client, { group, topic, queues: 8 }),
  gatherSpread: (client) => backlog.gatherSpread(client, { group, topic }),
  discardBacklog: (client) => backlog.discardBacklog(client, { group, topic, olderThan: 'last', audit: 'a' }),
  restoreDiscarded: (client) => backlog.restoreDiscarded(client, 'no-file'),
  'CircuitBreaker.consumer': (client) =>
    new CircuitBreaker({ probe: () => true }).consumer(client, {
      group,
      subscribe: { [topic]: '*' },
      handle: () => {},
    }),
  DeadLetterWorker: (client) =>
    new deadLetters.DeadLetterWorker(client, { groups: group, probe: () => true }),
  countDeadLetters: (client) => deadLetters.countDeadLetters(client, group),
  replayDeadLetters: (client) => deadLetters.replayDeadLetters(client, { group }),
  decideDeadLetters: (client) =>
    deadLetters.decideDeadLetters(client, { group, state: 'parked', reason: 'x', accept: () => true }),
  decisionsOf: (client) => deadLetters.decisionsOf(client, group),
  delayedCheck: (client) => delayedCheck(client, { topic, group }),
  'transactions.producer': (client) =>
    new TransactionTable(database).producer(client, { group, topics: [topic] }),
  planMigration: (client) => migration.planMigration({ from: client, to: client }),
  migrateTopics: (client) => migration.migrateTopics({ from: client, to: client }),
  compareTopics: (client) => migration.compareTopics({ from: client, to: client }, { topic }),
  copyMissing: (client) => migration.copyMissing({ from: client, to: client }, { topic }),
  translateOffsets: (client) => migration.translateOffsets({ from: client, to: client }, { group }),
}

async function refusalOf(call: () => unknown): Promise<string> {
  try {
    await call()
  } catch (error) {
    if (isRocketeerError(error, 'OPTION_INVALID')) return error.message
    throw error
  }
  throw new Error('it was taken')
}

it.each(Object.entries(pieces))('%s says what it needs when it is given something else', async (_, make) => {
  const producer = new (class Producer {
    sendBatch() {}
  })()
  const problem = /a client is needed, as connect\(…\) makes it, not /
  for (const [given, name] of [
    [undefined, 'undefined'],
    [producer, 'an object of the class Producer'],
    [Promise.resolve(), 'a promise: await it'],
    [{ nameservers: 'mq:9876' }, 'an object'],
  ])
    expect(await refusalOf(() => make(given as never))).toMatch(new RegExp(`${problem.source}${name}`))
})

it('an idempotent handler says what it needs when it is given something else', async () => {
  const store = businessCheck(() => true)
  const emitter = { once: () => {}, emit: () => {} }
  for (const made of [idempotent, idempotentBatch] as readonly ((...given: never[]) => unknown)[]) {
    expect(await refusalOf(() => made({ store } as never))).toContain('a handler is needed, a function')
    const problem = 'a store is needed: sqlInbox(…), redisStore(…) or businessCheck(…)'
    expect(await refusalOf(() => made({ store: emitter } as never, (() => {}) as never))).toContain(problem)
  }
  expect(await refusalOf(() => businessCheck(true as never))).toContain('a question is needed')
  expect(await refusalOf(() => redisStore({ get: () => {} } as never))).toContain(
    'client of "redis" or "ioredis"',
  )
})

it('a business check may answer at once', async () => {
  const message = fakeMessage()
  const entry = { id: undefined, scope: '', key: '', message }
  const { signal } = new AbortController()
  expect(await businessCheck(() => true).once([entry], async () => {}, { signal })).toEqual(['skipped'])
})

it('work of a breaker is a function', async () => {
  await using breaker = new CircuitBreaker({ probe: () => true })
  expect(await refusalOf(() => breaker.run(undefined as never))).toContain('the work is needed, a function')
})

it('names of options that do not exist are refused, where they would change what is done', async () => {
  const client = { consumer: () => {}, producer: () => {} }
  const add = () =>
    new Outbox(database).add(undefined as never, { topic, body: '990' }, { orderkey: 'order-1' } as never)
  expect(await refusalOf(add)).toContain('did you mean "orderKey"')
  const restore = () => backlog.restoreDiscarded(client as never, 'no-file', { dryrun: true } as never)
  expect(await refusalOf(restore)).toContain('did you mean "dryRun"')
})
