/**
 * A producer with a journal in a process of its own, which a test kills:
 * `journal-program.js <nameserver> <journal> <topic> <name>`. Sends in order under each of some keys, and without a key, and
 * prints what it sends and what becomes of it.
 */
import { connect, isRocketeerError } from '@rocketeer/client'
import { bodyOf, SeededRandom } from '@rocketeer/test-kit'

const KEYS = 8
const BODY_BYTES_MAX = 3_000
const BATCH_MAX = 5
/** Lets a run of seconds have some thousand messages, and neither fill the pipe nor the processor. */
const PAUSE_MS_MAX = 20

const [nameserver, journal, topic, name] = process.argv.slice(2) as [string, string, string, string]
const run = Number(name)

const print = (line: object) => process.stdout.write(`${JSON.stringify({ ...line, time: Date.now() })}\n`)

async function send(key: string | undefined, random: SeededRandom): Promise<never> {
  for (let sequence = run * 1_000_000; ; ) {
    const count = random.chance(0.1) ? random.between(2, BATCH_MAX) : 1
    const messages = Array.from({ length: count }, () => {
      const id = `${key ?? 'free'}/${++sequence}`
      print({ event: 'sending', id, ...(key !== undefined && { order: { producer: 'p', key, sequence } }) })
      return { topic, key: id, body: bodyOf(id, random.below(BODY_BYTES_MAX)) }
    })
    const options = key === undefined ? {} : { orderKey: key }
    const sending = count === 1 ? producer.send(messages[0]!, options) : producer.sendBatch(messages, options)
    const status = await sending.then(
      (receipt) => receipt.status,
      (error: unknown) => (isRocketeerError(error) ? error.code : String(error)),
    )
    for (const { key: id } of messages) print({ event: 'answered', id, status })
    await new Promise((resolve) => setTimeout(resolve, random.below(PAUSE_MS_MAX)))
  }
}

const client = await connect({ nameservers: nameserver, startOffline: true })
client.on('problem', (error) => print({ event: 'problem', text: String(error) }))
const producer = client.producer({ journal, sendTimeoutMs: 500 })
await producer.journal.ready
print({ event: 'ready' })
for (let key = 0; key < KEYS; key++) void send(`key-${key}`, new SeededRandom(run * 100 + key))
void send(undefined, new SeededRandom(run * 100 + KEYS))
