import { queryConsumeQueue, queryMessage, viewMessageById } from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import { refusals } from '../errors.js'
import { type QueryConsumeQueueNeeds, queryConsumeQueueHandler } from './query-consume-queue.js'
import { type QueryMessageNeeds, queryMessageHandler } from './query-message.js'

/** Looking at stored messages without consuming them. */
export function queryRoutes(needs: QueryMessageNeeds & QueryConsumeQueueNeeds): Route[] {
  const { store } = needs
  return [
    // One record by its physical offset, which the client took from an offset message id.
    route(viewMessageById, async ({ fields: { offset } }) => {
      const record = await store.recordAt(offset)
      if (record === undefined) throw refusals.NO_MESSAGE_AT_OFFSET({ physicalOffset: offset })
      return { body: record }
    }),

    route(queryMessage, queryMessageHandler(needs)),
    route(queryConsumeQueue, queryConsumeQueueHandler(needs)),
  ]
}
