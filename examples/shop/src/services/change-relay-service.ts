import { relayChanges, sqlPositions } from '@rocketeer/toolkit/change-relay'
import { type Service, type ServiceNeeds, topicOf } from './service.js'

/** Reads the binlog of the order service's database, and sends every change of a row to the queue of that row. */
export async function openChangeRelay({ config, client, database, tell }: ServiceNeeds): Promise<Service> {
  const [{ default: ZongJi }, { createConnection }] = await Promise.all([
    import('@vlasky/zongji'),
    import('mysql2/promise'),
  ])
  const { hostname, port } = new URL(config.database)
  const producer = client.producer()
  const relay = relayChanges({
    name: 'orders',
    source: { ZongJi, createConnection, connection: { host: hostname, port: Number(port), user: 'root' } },
    tables: ['orders.orders'],
    producer,
    route: ({ version }) => ({
      topic: topicOf('order-changes'),
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
