/** Uses every door, an error of each layer, and expects the compiler to refuse what does not exist. */
import {
  connect,
  type HandlingLimits,
  isRocketeerError,
  ManualClock,
  type Message,
  type SubscriptionOptions,
} from 'rocketeer'
import { replayDeadLetters } from 'rocketeer/dead-letters'
import { type Server, startServer } from 'rocketeer/server'
import { fakeMessage } from 'rocketeer/testing'

const shared: Partial<SubscriptionOptions & HandlingLimits> = { startFrom: 'first', concurrency: 4 }
const options = { ...shared, group: 'coupon', handle: (message: Message) => message.text() }

export async function main(): Promise<void> {
  const server: Server = await startServer({ clock: new ManualClock() })
  const client = await connect({ nameservers: server.nameservers })
  try {
    client.consumer({ ...options, subscribe: { paid: 'coupon' } })
    const receipt = await client.producer().send({ topic: 'paid', body: 'order 1' })
    const queueId: number = receipt.queue.queueId
    // @ts-expect-error No such option: the declarations are there and are not any.
    client.consumer({ ...options, subscribe: { paid: '*' }, concurency: queueId })
    // @ts-expect-error One handler, not two.
    client.consumer({ ...options, subscribe: { paid: '*' }, handleBatch: () => {} })
    await replayDeadLetters(client, { group: 'coupon' })
    options.handle(fakeMessage({ body: 'order 2' }))
  } catch (error) {
    if (isRocketeerError(error, 'NO_ROUTE')) console.log(error.details.topic)
    if (isRocketeerError(error, 'CONNECT_FAILED')) console.log(error.details.address)
    if (isRocketeerError(error, 'DISK_FULL')) console.log(error.details.usedPercent)
    // @ts-expect-error No such code.
    if (isRocketeerError(error, 'NO_ROUT')) throw error
  }
}
