// node measure.mjs INSTALLED LIBRARY WHERE [REDIS]: what an idempotent handler costs beside a bare one with the same
// effect, a transaction with one insert: 500 messages each, 20 at the same time, in turn fifteen times. Prints the medians
// of messages per second, and of each round's ratio to the bare handler.
import { fakeContext, fakeMessage } from '../../packages/client/dist/for-tests.js'
import { idempotent, redisStore, sqlInbox } from '../../packages/toolkit/dist/idempotency/index.js'
import { open } from './databases.mjs'
import { openRedis } from './redis-clients.mjs'

const MESSAGES = 500
const CONCURRENCY = 20
const ROUNDS = 15

const [installed, library, where, redisUrl] = process.argv.slice(2)
const { database, close } = await open(library, where, installed)
const context = fakeContext()
const grant = (transaction, key) =>
  database.execute(transaction, 'INSERT INTO measured_coupons (order_id) VALUES (?)', [key])

await database.transaction((transaction) =>
  database.execute(transaction, 'CREATE TABLE measured_coupons (order_id VARCHAR(64))', []),
)
const inbox = sqlInbox(database)
await inbox.createTables()
const handlers = {
  bare: ({ key }) => database.transaction((transaction) => grant(transaction, key)),
  inbox: idempotent({ store: inbox }, ({ key }, { transaction }) => grant(transaction, key)),
}
let redis
if (redisUrl) {
  redis = await openRedis('redis', redisUrl, installed)
  handlers.redis = idempotent({ store: redisStore(redis.redis) }, handlers.bare)
}

let next = 0
async function messagesPerSecond(handle) {
  const messages = Array.from({ length: MESSAGES }, () => fakeMessage({ key: `${library}-${next++}` }))
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let message = messages.pop(); message; message = messages.pop()) await handle(message, context)
    }),
  )
  return MESSAGES / ((performance.now() - startedAt) / 1000)
}

const rates = Object.fromEntries(Object.keys(handlers).map((name) => [name, []]))
for (const handle of Object.values(handlers)) await messagesPerSecond(handle)
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, handle] of Object.entries(handlers)) rates[name].push(await messagesPerSecond(handle))
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const each = (of) => Object.fromEntries(Object.entries(rates).map(([name, values]) => [name, of(values)]))
const messagesPerSecondOf = each((values) => Math.round(median(values)))
const ratios = each((values) =>
  Number(median(values.map((rate, round) => rate / rates.bare[round])).toFixed(2)),
)
console.log(JSON.stringify({ library, messagesPerSecond: messagesPerSecondOf, ratios }))
await redis?.close()
await close()
