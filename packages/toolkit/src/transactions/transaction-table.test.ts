import { type Client, connect, type Message } from '@rocketeer/client'
import { type Clock, ManualClock } from '@rocketeer/foundation'
import { startServer } from '@rocketeer/server'
import sqlite from 'node-sqlite3-wasm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type SqlDatabase, sqliteDatabase, type WasmSqlite } from '../sql/index.js'
import { TransactionRows } from './transaction-rows.js'
import { TransactionTable } from './transaction-table.js'

const HOUR_MS = 3_600_000
const paid = { topic: 'order-paid', key: 'order-7', body: 'paid' }

describe('the transaction table', () => {
  let clock: ManualClock
  let server: Awaited<ReturnType<typeof startServer>>
  let client: Client
  let connection: sqlite.Database
  let database: SqlDatabase<WasmSqlite>
  const consumed: Message[] = []
  const orders = () => connection.all('SELECT id FROM orders').map(({ id }) => id)
  const rows = () => connection.all('SELECT id, state FROM message_transactions')
  const insertOrder = async (transaction: WasmSqlite) => {
    await database.execute(transaction, 'INSERT INTO orders VALUES (?)', ['order-7'])
  }

  beforeEach(async () => {
    clock = new ManualClock(Date.now())
    connection = new sqlite.Database()
    connection.exec('CREATE TABLE orders (id TEXT PRIMARY KEY)')
    database = sqliteDatabase(connection)
    await new TransactionTable(database).createTables()
    server = await startServer({ clock })
    client = await connect({ nameservers: server.nameservers, clock })
    consumed.length = 0
    const handle = (message: Message) => void consumed.push(message)
    const consumer = client.consumer({
      group: 'coupon',
      subscribe: { 'order-paid': '*' },
      startFrom: 'first',
      handle,
    })
    await consumer.ready
  })
  afterEach(async () => {
    await client.close()
    await server.close()
    connection.close()
  })

  /** Its transactions commit, and then their connection breaks. */
  function breaksAfterCommit(): SqlDatabase<WasmSqlite> {
    let isBroken = false
    return {
      ...database,
      transaction: async (work) => {
        const result = await database.transaction(work)
        if (isBroken) return result
        isBroken = true
        throw Object.assign(new Error('connection lost'), { code: 'ECONNRESET' })
      },
    }
  }

  it('delivers the message of a transaction that commits, and gives what the work returned', async () => {
    await using producer = new TransactionTable(database).producer(client, { group: 'orders', clock })
    const { receipt, result } = await producer.send(paid, async (transaction) => {
      await insertOrder(transaction)
      return 'order-7'
    })
    expect({ result, outcome: receipt.outcome }).toEqual({ result: 'order-7', outcome: 'commit' })
    await server.settled()
    expect(consumed.map(({ messageId }) => messageId)).toEqual([receipt.transactionId])
    expect(orders()).toEqual(['order-7'])
  })

  it('drops the message of a transaction whose work throws, and passes on the error', async () => {
    await using producer = new TransactionTable(database).producer(client, { group: 'orders', clock })
    const refused = new Error('the card was refused')
    const sending = producer.send(paid, async (transaction) => {
      await insertOrder(transaction)
      throw refused
    })
    await expect(sending).rejects.toBe(refused)
    await clock.advance(120_000)
    expect({ consumed: consumed.length, orders: orders(), rows: rows() }).toEqual({
      consumed: 0,
      orders: [],
      rows: [],
    })
  })

  it('finds out what became of a transaction whose connection broke while it committed', async () => {
    await using producer = new TransactionTable(breaksAfterCommit()).producer(client, {
      group: 'orders',
      clock,
    })
    const { result } = await producer.send(paid, async (transaction) => {
      await insertOrder(transaction)
      return 7
    })
    expect(result).toBe(7)
    await server.settled()
    expect(consumed).toHaveLength(1)
  })

  it('answers the broker for a process that is gone', async () => {
    const other = await connect({ nameservers: server.nameservers, clock })
    const gone = other.transactionProducer({ group: 'orders', check: () => 'unknown' })
    const table = new TransactionRows(database, 'message_transactions')
    for (const key of ['order-7', 'order-8'])
      await gone.send({ ...paid, key }, async ({ transactionId }) => {
        if (key === 'order-7') await table.commit(transactionId, insertOrder)
        return 'unknown'
      })
    await other.close()
    await using producer = new TransactionTable(database).producer(client, {
      group: 'orders',
      topics: ['order-paid'],
      clock,
    })
    await producer.ready
    await clock.advance(120_000)
    await server.settled()
    expect(consumed.map(({ key }) => key)).toEqual(['order-7'])
    // What the broker was told is final.
    expect(
      rows()
        .map(({ state }) => state)
        .sort(),
    ).toEqual([1, 2])
  })

  it('lets no transaction commit once the broker was told that it had not', async () => {
    const table = new TransactionRows(database, 'message_transactions')
    expect(await table.decide('M1')).toBe('rollback')
    await expect(table.commit('M1', insertOrder)).rejects.toThrow(/UNIQUE/)
    expect({ orders: orders(), again: await table.decide('M1') }).toEqual({
      orders: [],
      again: 'rollback',
    })
  })

  it('answers what the table says of a transaction that is old by a clock that is wrong', async () => {
    const other = await connect({ nameservers: server.nameservers, clock })
    const gone = other.transactionProducer({ group: 'orders', check: () => 'unknown' })
    const table = new TransactionRows(database, 'message_transactions')
    await gone.send(paid, async ({ transactionId }) => {
      await table.commit(transactionId, insertOrder)
      return 'unknown'
    })
    await other.close()
    const monthAhead: Clock = {
      now: () => clock.now() + 30 * 24 * HOUR_MS,
      after: (delayMs, task) => clock.after(delayMs, task),
      every: (intervalMs, task) => clock.every(intervalMs, task),
    }
    const options = { group: 'orders', topics: ['order-paid'], clock: monthAhead }
    await using producer = new TransactionTable(database).producer(client, options)
    await producer.ready
    await clock.advance(120_000)
    await server.settled()
    expect(consumed.map(({ key }) => key)).toEqual(['order-7'])
  })

  it('deletes rows when they are old, and does not know what became of older transactions', async () => {
    const options = { group: 'orders', topics: ['order-paid'], keepMs: 2 * HOUR_MS, clock }
    const other = await connect({ nameservers: server.nameservers, clock })
    const gone = other.transactionProducer({ group: 'orders', check: () => 'unknown' })
    await gone.send(paid, async () => 'unknown', { checkImmunitySeconds: 7_000 })
    await other.close()

    await using producer = new TransactionTable(database).producer(client, options)
    const problems: unknown[] = []
    producer.on('problem', (error) => problems.push(error))
    await producer.ready
    await producer.send({ ...paid, key: 'order-8' }, async () => {})
    expect(rows()).toHaveLength(1)
    await clock.advance(7_200_000)
    await vi.waitFor(() => expect(problems).toContainEqual(expect.objectContaining({ code: 'CHECK_FAILED' })))
    expect(consumed.map(({ key }) => key)).toEqual(['order-8'])
    // Hours of the process's clock delete nothing: rows become old by the database's.
    await clock.advance(HOUR_MS)
    expect(rows()).toHaveLength(1)
    connection.exec(`UPDATE message_transactions SET created_at = created_at - ${3 * HOUR_MS}`)
    await clock.advance(HOUR_MS)
    await vi.waitFor(() => expect(rows()).toEqual([]))
  })
})
