import { connect, createMessageId, isRocketeerError, type MessageToSend } from '@rocketeer/client'
import { doubleWrite, type Side } from '@rocketeer/toolkit/migration'

/** Orders for a writer to two clusters, as JSON in its first argument. */
export interface MigrationOrders {
  from: string[]
  to: string[]
  topic: string
  /** In front of the numbers of its orders. */
  name: string
  inCharge: Side
}

const { from, to, topic, name, inCharge }: MigrationOrders = JSON.parse(process.argv[2]!)
const old = await connect({ nameservers: from })
const fresh = await connect({ nameservers: to, startOffline: true })
for (const client of [old, fresh]) client.on('problem', () => undefined)
// What a cluster that is away misses is to be seen.
const follower = { sendTimeoutMs: inCharge === 'from' ? 300 : 3_000 }
const writer = doubleWrite({ from: old.producer(), to: fresh.producer(follower), inCharge })
writer.on('problem', (_, { messageId }) => console.log(`missed ${messageId}`))
let isOpen = true
process.once('SIGTERM', () => {
  isOpen = false
})
/** A busy broker of Apache's refuses what has waited for 200 ms; the same message is sent again. */
async function send(message: MessageToSend, orderKey: string): Promise<void> {
  try {
    await writer.send(message, { orderKey })
  } catch (error) {
    if (!isRocketeerError(error)) throw error
    await send(message, orderKey)
  }
}

for (let i = 0; isOpen; i++) {
  const key = `${name}-${i}`
  const message = { topic, key, tag: 'paid', body: `order ${key}`, messageId: createMessageId() }
  await send(message, `${name}-${i % 5}`)
  console.log(`stored ${key}`)
  await new Promise((resolve) => setTimeout(resolve, 3))
}
await writer.close()
await Promise.all([old.close(), fresh.close()])
