import { setTimeout as sleep } from 'node:timers/promises'
import type { Message } from '@rocketeer/client'
import { applyChanges, type Change, readChange } from '@rocketeer/toolkit/change-relay'
import type { Transaction } from '../databases/database.js'
import { COPY_TABLES } from './order-copy.js'
import { nameInPlay, type OrderPaid, type Service, type ServiceNeeds, topicOf } from './service.js'

type OrderRow = Pick<OrderPaid, 'customer'> & { id: string; amount_cents: number; state: string }

/** A member of those who keep the analytics copy of the orders like the table, by applying its changes. */
export async function openAnalytics({ config, client, database, tell }: ServiceNeeds): Promise<Service> {
  for (const table of COPY_TABLES) await database.run(table)
  const note = async (transaction: Transaction, { id, state }: OrderRow) => {
    await database.execute(transaction, 'INSERT INTO applied (order_id, state) VALUES (?, ?)', [id, state])
  }
  const applyInOrder = applyChanges({
    database,
    tables: { 'orders.orders': 'orders' },
    onApplied: (transaction, change) => note(transaction, rowOf(change)),
  })
  /** Writes what arrives, whatever was there. */
  const applyAsItComes = (message: Message) =>
    database.transaction(async (transaction) => {
      const row = rowOf(readChange(message))
      const replace = 'REPLACE INTO orders (id, customer, amount_cents, state) VALUES (?, ?, ?, ?)'
      await database.execute(transaction, replace, [row.id, row.customer, row.amount_cents, row.state])
      await note(transaction, row)
    })
  const isOrdered = config.without !== 'order'
  const consumer = client.consumer({
    group: nameInPlay('analytics'),
    subscribe: { [topicOf('order-changes')]: '*' },
    startFrom: 'first',
    ordered: isOrdered,
    handle: async (message: Message) => {
      const { id: order, state } = rowOf(readChange(message))
      if (config.copyTakesMs !== undefined) await sleep(config.copyTakesMs)
      try {
        await (isOrdered ? applyInOrder(message) : applyAsItComes(message))
      } catch (error) {
        tell({ kind: 'not copied', order })
        throw error
      }
      tell({ kind: 'copied', order, state })
    },
  })
  // The story is told of each failure already.
  consumer.on('problem', () => {})
  await consumer.ready
  return consumer
}

function rowOf({ after }: Change): OrderRow {
  return after as unknown as OrderRow
}
