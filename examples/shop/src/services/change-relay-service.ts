import { relayChanges, sqlPositions } from '@rocketeer/toolkit/change-relay'
import { nameInPlay, type Service, type ServiceNeeds } from './service.js'

export const ORDER_CHANGES_TOPIC = nameInPlay('order-changes')

/** Reads the binlog of the order service's database, and sends every change of a row to the queue of that row. */
export async function openChangeRelay({ config, client, database, tell }: ServiceNeeds): Promise<Service> {
  const [{ default: ZongJi }, { createConnection }] = await Promise.all([
    import('@vlasky/zongji'),
    import('mysql2/promise'),
  ])
  const { hostname, port } = new URL(config.database)
  await client.admin().topics.create(ORDER_CHANGES_TOPIC, { queues: 8 })
  const producer = client.producer()
  const relay = relayChanges({
    name: 'orders',
    source: { ZongJi, createConnection, connection: { host: hostname, port: Number(port), user: 'root' } },
    tables: ['orders.orders'],
    producer,
    route: ({ version }) => ({
      topic: ORDER_CHANGES_TOPIC,
      // Without the order of a row, each of its changes goes to any queue.
      ...(config.without === 'order' && { orderKey: version }),
    }),
    positions: sqlPositions(database),
  })
  relay.on('problem', (error) => tell({ kind: 'problem', text: String(error) }))
  await relay.relaying()
  return {
    close: async () => {
      await relay.close()
      await producer.close()
    },
  }
}
