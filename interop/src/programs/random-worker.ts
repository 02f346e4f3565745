import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Consumer,
  connect,
  type HandlingLimits,
  type Message,
  retryLater,
  type SubscriptionOptions,
} from '@rocketeer/client'
import { hashOf, idOf, type RunRecord } from '@rocketeer/test-kit'
import { askedToStop, outcomeOf, storyOf } from './random-story.js'

/** Orders for a worker of a random run, as JSON in its first argument. */
export interface WorkerOrders {
  name: string
  /** Stays the same when the worker is started again; its name as a broadcasting member. */
  slot: string
  nameservers: string[]
  topics: { plain: string; timed: string; paid: string }
  offsetsDirectory: string
}

const HANDLE_MAX_MS = 30
/** Short, so that others notice changes soon; the defaults would make the run longer, not different. */
const QUICK = { rebalanceIntervalMs: 2_000, persistOffsetIntervalMs: 1_000 }

const orders: WorkerOrders = JSON.parse(process.argv[2]!)
const { name, slot, nameservers, topics } = orders
const plain = storyOf(topics.plain)
let stopped = false

function delivering(story: RunRecord, group: string, message: Message): (outcome: 'done' | 'failed') => void {
  const { queue, queueOffset, reconsumeTimes } = message
  return story.delivering({
    id: idOf(message.text()),
    group,
    member: name,
    queue: `${queue.topic}/${queue.brokerName}/${queue.queueId}`,
    queueOffset,
    reconsumeTimes,
  })
}

/** One of ten messages fails at its first delivery. */
function handlerOf(story: RunRecord, group: string) {
  return async (message: Message) => {
    const end = delivering(story, group, message)
    const luck = hashOf(message.text())
    await sleep(luck % HANDLE_MAX_MS)
    const fails = luck % 10 === 0 && message.reconsumeTimes === 0 && group !== slot
    end(fails ? 'failed' : 'done')
    if (fails) throw retryLater()
  }
}

await using client = await connect({ nameservers, instanceName: slot })

function consume(
  group: string,
  topic: keyof typeof topics,
  options: Partial<SubscriptionOptions & HandlingLimits> = {},
): Consumer {
  const story = topic === 'plain' ? plain : storyOf(topics[topic])
  const handle = handlerOf(story, options.mode === 'broadcasting' ? slot : group)
  return client.consumer({
    group,
    subscribe: { [topics[topic]]: '*' },
    startFrom: 'first',
    handle,
    ...QUICK,
    ...options,
  })
}

async function poll(group: string): Promise<void> {
  const consumer = client.pullConsumer({
    group,
    subscribe: { [topics.plain]: '*' },
    startFrom: 'first',
    ...QUICK,
  })
  await consumer.ready
  while (!stopped) {
    for (const message of await consumer.poll({ messagesMax: 8, waitMs: 500 })) {
      const end = delivering(plain, group, message)
      await sleep(hashOf(message.text()) % HANDLE_MAX_MS)
      end('done')
    }
  }
  await consumer.commit()
}

consume('concurrent', 'plain')
consume('ordered', 'plain', { ordered: true, suspendMs: 100 })
consume('broadcasting', 'plain', { mode: 'broadcasting', localOffsetsDirectory: orders.offsetsDirectory })
consume('timed', 'timed')
consume('paid', 'paid')
// The broker asks any member of the group, also about transactions of those that are gone.
client.transactionProducer({
  group: 'payers',
  topics: [topics.paid],
  check: async (message) => outcomeOf(idOf(message.text())),
})
const polling = poll('pull')
await askedToStop()
stopped = true
// A broker that is down takes no commit; messages whose commit it misses are delivered again.
await polling.catch(() => undefined)
