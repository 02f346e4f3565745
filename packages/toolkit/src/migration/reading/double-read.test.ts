import { connect, createMessageId } from '@rocketeer/client'
import { isRocketeerError } from '@rocketeer/foundation'
import sqlite from 'node-sqlite3-wasm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CircuitBreaker } from '../../circuit-breaker/circuit-breaker.js'
import { idempotent } from '../../idempotency/idempotent.js'
import { sqlInbox } from '../../idempotency/sql-inbox.js'
import { sqliteDatabase } from '../../sql/sqlite-database.js'
import { GROUP, TOPIC, TwoClusters } from '../testing/two-clusters.js'
import { translateOffsets } from '../translate-offsets.js'
import { doubleRead } from './double-read.js'
import { rolledBack } from './rolled-back.js'

let clusters: TwoClusters
let connection: InstanceType<typeof sqlite.Database>
beforeEach(async () => {
  clusters = await TwoClusters.start()
  connection = new sqlite.Database()
  connection.exec('CREATE TABLE coupons (order_id TEXT)')
  await sqlInbox(sqliteDatabase(connection)).createTables()
})
afterEach(async () => {
  await clusters[Symbol.asyncDispose]()
  connection.close()
})

const rejectedWith = (code: string) => (error: unknown) => isRocketeerError(error) && error.code === code

async function send(from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    const message = { topic: TOPIC, body: 'paid', key: `order-${i}`, messageId: createMessageId() }
    await clusters.producers.from.send(message)
    await clusters.producers.to.send(message)
  }
}

const coupons = () =>
  connection.all('SELECT order_id AS id, COUNT(*) AS n FROM coupons GROUP BY order_id') as {
    id: string
    n: number
  }[]

/** A reader that grants a coupon for each order, once, and what its shadow saw. */
async function read(options: object = {}) {
  const database = sqliteDatabase(connection)
  const store = sqlInbox(database)
  const shadowed = new Set<string>()
  const reader = await doubleRead({
    from: clusters.from,
    to: clusters.to,
    lookIntervalMs: 50,
    consumer: {
      group: GROUP,
      subscribe: { [TOPIC]: '*' },
      startFrom: 'first',
      persistOffsetIntervalMs: 200,
      handle: idempotent({ store }, (message, { transaction }) => {
        transaction.run('INSERT INTO coupons VALUES (?)', [message.key!])
      }),
    },
    shadow: rolledBack(database, (message, { transaction, group }) => {
      transaction.run('INSERT INTO coupons VALUES (?)', [message.key!])
      shadowed.add(message.key!)
      expect(group).toBe(GROUP)
      if (message.key === 'order-3') throw new Error('no such customer')
    }),
    ...options,
  })
  const problems: unknown[] = []
  reader.on('problem', (error, { side }) => problems.push([(error as Error).message, side]))
  return { reader, shadowed, problems }
}

/** Once members of the group have committed something. */
async function translate(pair: Parameters<typeof translateOffsets>[0]): Promise<void> {
  const answer = () =>
    translateOffsets(pair, { group: GROUP }).then(
      () => 'translated',
      (error: unknown) => String(error),
    )
  await expect.poll(answer, { timeout: 20_000 }).toBe('translated')
}

describe('a double reader', () => {
  it('makes each effect once, for the cluster in charge, and shadows the other without one', async () => {
    const { reader, shadowed, problems } = await read()
    await using _ = reader
    await send(0, 10)
    await expect
      .poll(() => reader.status.shadows, { timeout: 10_000 })
      .toMatchObject({ handled: 9, failed: 1 })
    await expect.poll(coupons).toHaveLength(10)
    expect(shadowed.size).toBe(10)
    expect(problems).toEqual([['no such customer', 'to']])
    expect(coupons().every(({ n }) => n === 1)).toBe(true)
    expect(reader.status).toMatchObject({ inCharge: 'from', leaving: undefined })
  })

  it('cuts over and back while orders come, without one lost or doubled', async () => {
    const { reader } = await read()
    await using _ = reader
    await send(0, 10)
    await translate(clusters)
    const sending = send(10, 60)
    await reader.putInCharge('to')
    expect(reader.status).toMatchObject({ inCharge: 'to', leaving: undefined })
    await sending
    await expect.poll(coupons, { timeout: 10_000 }).toHaveLength(60)
    await translate({ from: clusters.to, to: clusters.from })
    const more = send(60, 90)
    await reader.putInCharge('from')
    await more
    await expect.poll(coupons, { timeout: 10_000 }).toHaveLength(90)
    expect(coupons().filter(({ n }) => n !== 1)).toEqual([])
  })

  it('has its consumers guarded by a circuit breaker where that makes them', async () => {
    await using breaker = new CircuitBreaker({ name: 'coupons', probe: () => {} })
    const { reader } = await read({ makeConsumer: breaker.consumer.bind(breaker) })
    await using _ = reader
    expect(breaker.status.groups).toEqual([GROUP])
    await reader.putInCharge('both')
    expect(breaker.status.groups).toEqual([GROUP, GROUP])
    await reader.close()
    expect(breaker.status.groups).toEqual([])
  })

  it('does not leave a cluster while messages of it, or retries, are left', async () => {
    let isDown = true
    const seen: string[] = []
    const { reader } = await read({
      consumer: {
        group: GROUP,
        subscribe: { [TOPIC]: '*' },
        startFrom: 'first',
        handle: (message: { key: string }) => {
          if (isDown) throw new Error('down')
          seen.push(message.key)
        },
      },
    })
    await using _ = reader
    await send(0, 2)
    await translate(clusters)
    const stop = new AbortController()
    const changing = reader.putInCharge('to', { signal: stop.signal })
    changing.catch(() => {})
    await expect.poll(() => reader.status.leaving, { timeout: 10_000 }).toBe('from')
    stop.abort()
    await expect(changing).rejects.toSatisfy(rejectedWith('MIGRATION_UNFINISHED'))
    expect(reader.status).toMatchObject({ inCharge: 'both', leaving: undefined })
    isDown = false
    // Another change takes the place of one that waits.
    const first = reader.putInCharge('to')
    const second = reader.putInCharge('to', { force: true })
    await expect(first).rejects.toSatisfy(rejectedWith('MIGRATION_UNFINISHED'))
    await second
    expect(reader.status.inCharge).toBe('to')
  })

  it('refuses one cluster for two, a topic that one of them does not have, and what makes no sense', async () => {
    await using other = await connect({ nameservers: clusters.servers.from.nameservers })
    await expect(read({ to: other })).rejects.toSatisfy(rejectedWith('MIGRATION_SAME_CLUSTER'))
    await expect(read({ to: clusters.from })).rejects.toSatisfy(rejectedWith('OPTION_INVALID'))
    await expect(read({ shadow: 'no' })).rejects.toSatisfy(rejectedWith('OPTION_INVALID'))
    await clusters.from.admin().topics.create('only-old')
    const consumer = { group: 'fresh', subscribe: { 'only-old': '*' }, handle: () => {} }
    await expect(read({ consumer })).rejects.toSatisfy(rejectedWith('MIGRATION_TOPIC_MISSING'))
    const fresh = await read({ consumer: { ...consumer, subscribe: { [TOPIC]: '*' } }, shadow: undefined })
    await using _ = fresh.reader
    await expect(fresh.reader.putInCharge('nobody' as 'to')).rejects.toSatisfy(rejectedWith('OPTION_INVALID'))
    await fresh.reader.close()
    await expect(fresh.reader.putInCharge('from')).rejects.toSatisfy(rejectedWith('WORKER_CLOSED'))
  })
})
