import { CircuitBreaker } from '@rocketeer/toolkit/circuit-breaker'
import { httpProbe } from '@rocketeer/toolkit/health'
import { type EffectOptions, openEffectService } from './effect-service.js'
import type { OrderPaid, Service, ServiceNeeds } from './service.js'

/** Much more than the partner takes on a busy machine, so that it is not taken for one that hangs. */
const ANSWER_TIMEOUT_MS = 5_000

/**
 * Hands the goods of a paid order to the logistics partner, and notes them in its own database. The partner is asked
 * first, under the order's id: it knows a request that it has seen. While it does not answer, a circuit breaker holds the
 * messages instead of using up their retries.
 */
export async function openWarehouseService(needs: ServiceNeeds): Promise<Service> {
  const { config, tell } = needs
  const partner = `http://127.0.0.1:${config.ports.logistics}`
  const before = ({ orderId }: OrderPaid) => askForParcel(`${partner}/parcels`, orderId)
  if (config.without === 'breaker') return openEffectService(needs, 'goods', { before })

  const breaker = new CircuitBreaker({
    name: 'logistics partner',
    probe: httpProbe(`${partner}/health`),
    probeIntervalMs: 500,
    openMs: 1_000,
    openMsMax: 4_000,
    onChange: ({ state }) => tell({ kind: 'breaker', state }),
  })
  breaker.on('problem', () => {})
  const consumer: EffectOptions['consumer'] = (client, options) => breaker.consumer(client, options)
  const service = await openEffectService(needs, 'goods', { before, consumer })
  return {
    ...service,
    close: async () => {
      await service.close()
      await breaker.close()
    },
  }
}

async function askForParcel(url: string, orderId: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify({ orderId }),
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  })
  if (!response.ok)
    throw Object.assign(new Error(`it answered ${response.status}`), { status: response.status })
}
