/**
 * What a producer's journal costs on this disk: `node interop/dist/main.js journal`. Each round sends directly, without and
 * with a journal that is empty; kills the broker; sends into the journal; and has a new broker take what is in it.
 */
import { join } from 'node:path'
import { type Client, connect, type Producer } from '@rocketeer/client'
import { freePort, RocketeerBroker, RocketeerNameserver, TemporaryDirectory } from '@rocketeer/test-kit'

const ROUNDS = 3
const MESSAGES = 10_000
/** One sender at a time writes as many as this: each waits for the disk. */
const ALONE = 300
const CONCURRENCY = 64
const TOPIC = 'order-paid'
const body = 'x'.repeat(1_024)

await using directory = await TemporaryDirectory.create()
await using nameserver = await RocketeerNameserver.start()
const port = await freePort([-2])
const startBroker = () =>
  RocketeerBroker.start({
    nameservers: [nameserver.address],
    storeDirectory: join(directory.path, 'store'),
    port,
  })

/** Messages per second. */
async function rateOf(producer: Pick<Producer, 'send'>, messages: number, concurrency: number) {
  const began = performance.now()
  let begun = 0
  const sender = async () => {
    while (begun++ < messages) await producer.send({ topic: TOPIC, body })
  }
  await Promise.all(Array.from({ length: concurrency }, sender))
  return (messages / (performance.now() - began)) * 1_000
}

interface Rates {
  direct: number
  empty: number
  alone: number
  together: number
  delivered: number
  noticedMs: number
}

async function measureOnce(client: Client, broker: RocketeerBroker): Promise<[Rates, RocketeerBroker]> {
  await using journaling = client.producer({ journal: join(directory.path, 'journal'), sendTimeoutMs: 500 })
  await using plain = client.producer()
  // The broker has just started.
  await rateOf(plain, MESSAGES, CONCURRENCY)
  const direct = await rateOf(plain, MESSAGES, CONCURRENCY)
  const sender = journaling as unknown as Producer
  const empty = await rateOf(sender, MESSAGES, CONCURRENCY)
  await broker.kill()
  await broker[Symbol.asyncDispose]()
  await journaling.send({ topic: TOPIC, body })
  const alone = await rateOf(sender, ALONE, 1)
  const together = await rateOf(sender, MESSAGES, CONCURRENCY)
  const waiting = journaling.journal.status.messages
  const next = await startBroker()
  const up = performance.now()
  while (journaling.journal.status.messages === waiting)
    await new Promise((resolve) => setTimeout(resolve, 2))
  const began = performance.now()
  await journaling.journal.drained()
  const delivered = (waiting / (performance.now() - began)) * 1_000
  return [{ direct, empty, alone, together, delivered, noticedMs: began - up }, next]
}

const rounds: Rates[] = []
let broker = await startBroker()
await using client = await connect({ nameservers: nameserver.address })
client.on('problem', () => {})
await client.admin().topics.create(TOPIC, { queues: 4 })
for (let round = 0; round < ROUNDS; round++) {
  const [rates, next] = await measureOnce(client, broker)
  rounds.push(rates)
  broker = next
}
await broker[Symbol.asyncDispose]()
const of = (name: keyof Rates) =>
  Math.round(rounds.map((rates) => rates[name]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!)
console.log(
  `messages per second, ${CONCURRENCY} senders: ${of('direct')} directly, ${of('empty')} with an empty journal,`,
)
console.log(`${of('together')} into the journal (one sender: ${of('alone')}), ${of('delivered')} out of it;`)
console.log(`a broker that is back is noticed after ${of('noticedMs')} ms`)
