import { ok } from 'node:assert/strict'
import { isRocketeerError, type MessageToSend, type Producer } from '@rocketeer/client'
import { fakeMessage } from '@rocketeer/client/testing'
import { sqlOutcomes } from '../dead-letters/index.js'
import { entryOf } from '../idempotency/identity.js'
import { sqlInbox } from '../idempotency/index.js'
import { Outbox } from '../outbox/index.js'
import type { ContractCheck } from '../sql/testing/index.js'
import { TransactionTable } from '../transactions/index.js'

/** A newcomer forgets `createTables()`, and a database has no word for that but the name of a table. */
export const tablesMissing: ContractCheck = {
  name: 'says how to make the tables of a piece while they are missing',
  run: async (database) => {
    const table = 'tables_that_nobody_makes'
    const producer = { send: async () => {}, sendBatch: async () => {} } as unknown as Producer
    const outbox = new Outbox(database, { table })
    const entry = entryOf(fakeMessage(), 'coupon', {
      key: () => 'order-1',
      scope: undefined,
      onMissingKey: 'handle',
    })
    const first = new AbortController()
    const relay = outbox.relay(producer, { signal: first.signal })
    const problem = new Promise<unknown>((resolve) => void relay.on('problem', resolve))
    for (const call of [
      () => problem.then((error) => Promise.reject(error)),
      () => outbox.status(),
      () => database.transaction((open) => outbox.add(open, { topic: 'paid', body: '990' })),
      () => sqlOutcomes(database, { table }).find('coupon', 'm-1'),
      () => payIn(new TransactionTable(database, { table })),
      () => sqlInbox(database, { table }).once([entry], async () => {}, { signal: first.signal }),
    ]) {
      const error = await call().then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      ok(isRocketeerError(error, 'TABLE_MISSING'), String(error))
      ok(error.message.includes('createTables()') && error.cause !== undefined)
    }
    await relay.close()
  },
}

/** A transaction whose half message a broker has taken. */
async function payIn<Transaction>(transactions: TransactionTable<Transaction>): Promise<void> {
  const send = (_: MessageToSend, run: (sent: { transactionId: string }) => Promise<unknown>) =>
    run({ transactionId: 'm-1' })
  const producer = { on: () => {}, close: async () => {}, send }
  const does = () => producer
  const client = { admin: does, consumer: does, producer: does, transactionProducer: does }
  await using paying = transactions.producer(client as never, { group: 'orders', topics: ['paid'] })
  await paying.send({ topic: 'paid', body: '990' }, async () => {})
}
