import { isRocketeerError, type PullConsumer } from '@rocketeer/client'
import { TemporaryDirectory } from '@rocketeer/test-kit'
import { it } from 'vitest'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

const OLD = ['old 1', 'old 2', 'old 3', 'old 4', 'old 5', 'old 6']
const NEW = ['new 1', 'new 2', 'new 3']
/** A broker that uses offsets again says so when the waiting pull's time is up. */
const NOTICED_WITHIN_MS = 60_000

export function madeAgainTests(world: SuiteWorld): void {
  it('after a topic was deleted and made again, every kind of consumer that is running gets all new messages', async () => {
    const topic = world.name('again')
    const client = await world.connect()
    const { topics } = client.admin()
    const producer = client.producer()
    const directory = await TemporaryDirectory.create()
    const start = async (kind: object) => {
      const handled = new Handled()
      const consumer = client.consumer({
        group: world.name('group'),
        subscribe: { [topic]: '*' },
        startFrom: 'first',
        handle: handled.handle,
        ...kind,
      })
      // What its brokers answer while there is no such topic.
      consumer.on('problem', () => undefined)
      await consumer.ready
      return handled
    }

    await topics.create(topic, { queues: 1 })
    const polled = new Handled()
    const pullConsumer = client.pullConsumer({
      group: world.name('group'),
      subscribe: { [topic]: '*' },
      startFrom: 'first',
    })
    pullConsumer.on('problem', () => undefined)
    const polling = pollInto(polled, pullConsumer)
    const members = [
      polled,
      await start({}),
      await start({ ordered: true }),
      await start({ mode: 'broadcasting', localOffsetsDirectory: directory.path }),
    ]
    for (const body of OLD) await producer.send({ topic, body })
    for (const handled of members) await handled.exactly(OLD)
    await topics.delete(topic)
    await topics.create(topic, { queues: 1 })
    for (const body of NEW) await producer.send({ topic, body })
    await Promise.all(members.map((handled) => handled.exactly([...OLD, ...NEW], NOTICED_WITHIN_MS)))
    await pullConsumer.close()
    await polling
    await directory.remove()
  }, 120_000)
}

async function pollInto(handled: Handled, consumer: PullConsumer): Promise<void> {
  try {
    for (;;) for (const message of await consumer.poll()) handled.handle(message)
  } catch (error) {
    if (!isRocketeerError(error, 'CLOSED')) throw error
  }
}
