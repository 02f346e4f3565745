import { type DelayedCheck, delayedCheck } from '@rocketeer/toolkit/delayed-check'
import { nameInPlay, type ServiceNeeds, topicOf } from './service.js'
import { BUSINESS } from './sudden-death.js'

/** Looks after a while whether an order is paid, and closes it if it is not. */
export async function closeUnpaid(
  { client, database, tell }: Pick<ServiceNeeds, 'client' | 'database' | 'tell'>,
  afterMs: number,
): Promise<DelayedCheck> {
  const unpaid = delayedCheck(client, {
    topic: topicOf('order-unpaid'),
    group: nameInPlay('order-close'),
    afterMs,
    check: async (orderId) => {
      const isClosed = await database.transaction(async (transaction) => {
        const close = `${BUSINESS.close} WHERE id = ? AND state = 'unpaid'`
        await database.execute(transaction, close, [orderId])
        // A check that comes again finds the order closed already, by one that was killed before it could tell.
        const select = 'SELECT state FROM orders WHERE id = ?'
        const { rows } = await database.execute(transaction, select, [orderId])
        return rows[0]?.state === 'closed'
      })
      if (isClosed) tell({ kind: 'closed', order: orderId })
    },
  })
  unpaid.on('problem', (error) => tell({ kind: 'problem', text: String(error) }))
  await unpaid.ready
  return unpaid
}
