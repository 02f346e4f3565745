import { type DelayedCheck, delayedCheck } from '@rocketeer/toolkit/delayed-check'
import { nameInPlay, ORDER_UNPAID_TOPIC, type ServiceNeeds } from './service.js'

/** Looks after a while whether an order is paid, and closes it if it is not. */
export async function closeUnpaid(
  { client, database, tell }: Pick<ServiceNeeds, 'client' | 'database' | 'tell'>,
  afterMs: number,
): Promise<DelayedCheck> {
  await client.admin().topics.create(ORDER_UNPAID_TOPIC)
  const unpaid = delayedCheck(client, {
    topic: ORDER_UNPAID_TOPIC,
    group: nameInPlay('order-close'),
    afterMs,
    check: async (orderId) => {
      await database.run("UPDATE orders SET state = 'closed' WHERE id = ? AND state = 'unpaid'", [orderId])
      // A check that comes again finds the order closed already, by one that was killed before it could tell.
      const [order] = await database.all('SELECT state FROM orders WHERE id = ?', [orderId])
      if (order?.state === 'closed') tell({ kind: 'closed', order: orderId })
    },
  })
  unpaid.on('problem', (error) => tell({ kind: 'problem', text: String(error) }))
  await unpaid.ready
  return unpaid
}
