import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type MessageContent } from '@rocketeer/client'
import { bodyOf, type Fate, idOf, SeededRandom } from '@rocketeer/test-kit'
import { askedToStop, outcomeOf, storyOf } from './random-story.js'

/** Orders for a producer of a random run, as JSON in its first argument. */
export interface ProducerOrders {
  name: string
  nameservers: string[]
  seed: number
  topics: { plain: string; timed: string; paid: string }
}

const KEYS = 4
const BODY_BYTES_MAX = 3_000
const PAUSE_MS_MAX = 60
const DELAY_MAX_MS = 4_000

const orders: ProducerOrders = JSON.parse(process.argv[2]!)
const { name, nameservers, topics } = orders
const stories = {
  plain: storyOf(topics.plain),
  timed: storyOf(topics.timed),
  paid: storyOf(topics.paid),
}
await using client = await connect({ nameservers })
const producer = client.producer()
const transactions = client.transactionProducer({
  group: 'payers',
  topics: [topics.paid],
  check: async (message) => outcomeOf(idOf(message.text())),
})
let stopped = false
let sequence = 0

function next(
  kind: keyof typeof stories,
  random: SeededRandom,
  facts: { key?: string; delayMs?: number } = {},
) {
  const { key, delayMs } = facts
  const id = `${name}-${sequence++}`
  const answered = stories[kind].sending({
    id,
    ...(key !== undefined && { order: { producer: name, key, sequence } }),
    ...(delayMs !== undefined && { notBefore: Date.now() + delayMs }),
  })
  const body = bodyOf(id, random.below(BODY_BYTES_MAX))
  const message: MessageContent = { topic: topics[kind], body, key: id }
  return { id, message, answered }
}

/** Sends one message of a key, or several in one request. */
async function sendInOrder(key: string, random: SeededRandom): Promise<void> {
  const all = Array.from({ length: random.chance(0.2) ? random.between(2, 6) : 1 }, () =>
    next('plain', random, { key }),
  )
  const answerAll = (fate: Fate) => {
    for (const { answered } of all) answered(fate)
  }
  const [first] = all
  const sending =
    all.length === 1
      ? producer.send(first!.message, { orderKey: key })
      : producer.sendBatch(
          all.map(({ message }) => message),
          { orderKey: key },
        )
  await sending.then(
    () => answerAll('expected'),
    () => answerAll('possible'),
  )
}

async function sendTimed(random: SeededRandom): Promise<void> {
  const delayMs = random.between(1, DELAY_MAX_MS)
  const { message, answered } = next('timed', random, { delayMs })
  await producer.send({ ...message, deliverAfterMs: delayMs }).then(
    () => answered('expected'),
    () => answered('possible'),
  )
}

/** Once its half message is stored, a transaction ends as its outcome says, by its producer or by the check. */
async function transact(random: SeededRandom): Promise<void> {
  const { id, message, answered } = next('paid', random)
  const outcome = outcomeOf(id)
  if (outcome === 'rollback') answered('forbidden')
  const run = async () => {
    if (outcome === 'commit') answered('expected')
    return random.chance(0.3) ? ('unknown' as const) : outcome
  }
  await transactions.send(message, run).catch(() => undefined)
}

async function keepOn(send: (random: SeededRandom) => Promise<void>, random: SeededRandom): Promise<void> {
  while (!stopped) {
    await send(random)
    await sleep(random.below(PAUSE_MS_MAX))
  }
}

const random = new SeededRandom(orders.seed)
const inOrder = Array.from({ length: KEYS }, (_, index) =>
  keepOn((own) => sendInOrder(`key-${index}`, own), random.fork()),
)
const others = [keepOn(sendTimed, random.fork()), keepOn(transact, random.fork())]
await askedToStop()
stopped = true
await Promise.all([...inOrder, ...others])
