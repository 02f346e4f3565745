import { closeServer, listen } from './http.js'
import type { Service, ServiceNeeds } from './service.js'

/**
 * Another company's HTTP service. It has no queue and no patience: the story stops its process, has it refuse or never
 * answer. It sends one parcel for each order id, however often it is asked.
 */
export async function openLogisticsPartner({ config, database, tell }: ServiceNeeds): Promise<Service> {
  await database.run(
    'CREATE TABLE IF NOT EXISTS effects (order_id VARCHAR(32) PRIMARY KEY, at BIGINT NOT NULL)',
  )
  let mood: unknown = 'works'
  const server = await listen(config.ports.logistics!, async (path, body) => {
    if (path === '/health') return { status: mood === 'works' ? 200 : 503 }
    if (path === '/mood') {
      mood = body.mood
      return { status: 200 }
    }
    if (mood === 'hangs') return new Promise(() => {})
    if (mood === 'refuses') return { status: 503 }
    const order = String(body.orderId)
    const parcels = await database.all('SELECT order_id FROM effects WHERE order_id = ?', [order])
    if (parcels.length === 0) {
      await database.run('INSERT INTO effects (order_id, at) VALUES (?, ?)', [order, Date.now()])
      tell({ kind: 'effect', effect: 'parcel', order, attempt: 0 })
    } else {
      tell({ kind: 'repeated', effect: 'parcel', order })
    }
    return { status: 200 }
  })
  return { close: () => closeServer(server) }
}
