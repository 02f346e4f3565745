import { connect } from '@rocketeer/client'
import { startServer } from '@rocketeer/server'
import sqlite from 'node-sqlite3-wasm'
import { expect, it, vi } from 'vitest'
import { DeadLetterWorker } from '../dead-letters/index.js'
import { Outbox } from '../outbox/index.js'
import { sqliteDatabase } from '../sql/index.js'
import { TransactionTable } from '../transactions/index.js'

it('workers close with their client, so that the process ends when that is closed', async () => {
  await using server = await startServer()
  const mq = await connect({ nameservers: server.nameservers })
  const connection = new sqlite.Database()
  const database = sqliteDatabase(connection)
  const [outbox, transactions] = [new Outbox(database), new TransactionTable(database)]
  for (const each of [outbox, transactions]) await each.createTables()
  const workers = [
    outbox.relay(mq.producer()),
    transactions.producer(mq, { group: 'orders', topics: ['paid'] }),
    new DeadLetterWorker(mq, { groups: 'coupon', probe: () => true }),
  ]
  mq.on('problem', () => {})
  for (const worker of workers) worker.on('problem', () => {})
  expect(workers.map(({ isClosed }) => isClosed)).toEqual([false, false, false])
  await mq.close()
  await vi.waitFor(() => expect(workers.map(({ isClosed }) => isClosed)).toEqual([true, true, true]))
  for (const worker of workers) await worker.close()
  connection.close()
})
