// node redis-consumer.mjs INSTALLED LIBRARY URL hang|pause|end: handles one message, whose key is the same in each process,
// with a lease of one second; the handler never ends, ends after a second, or ends at once.
import { setTimeout as sleep } from 'node:timers/promises'
import { fakeContext, fakeMessage } from '../../packages/client/dist/for-tests.js'
import { idempotencyChannel, idempotent, redisStore } from '../../packages/toolkit/dist/idempotency/index.js'
import { openRedis } from './redis-clients.mjs'

const [installed, library, url, work] = process.argv.slice(2)
const { redis } = await openRedis(library, url, installed)
const print = (event, facts = {}) => console.log(JSON.stringify({ event, ...facts }))

idempotencyChannel.subscribe(({ outcome }) => print('outcome', { outcome }))
const handle = idempotent({ store: redisStore(redis, { leaseMs: 1_000 }) }, async (_message, { signal }) => {
  signal.addEventListener('abort', () => print('aborted', { code: signal.reason.code }))
  print('handling')
  if (work === 'hang') await sleep(3_600_000)
  if (work === 'pause') await sleep(1_000)
})
const context = fakeContext()
for (;;) {
  try {
    await handle(fakeMessage({ key: 'order-1' }), context)
    break
  } catch (error) {
    if (error.name !== 'Postponed') throw error
    await sleep(error.afterMs)
  }
}
process.exit()
