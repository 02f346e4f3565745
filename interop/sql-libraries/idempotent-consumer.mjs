// node idempotent-consumer.mjs INSTALLED LIBRARY WHERE NAMESERVER DEATH: a consumer of the group "coupon" that grants
// coupons in a database and kills itself, with the probability DEATH, before, in or after each transaction.
import { connect } from '../../packages/client/dist/index.js'
import { idempotencyChannel, idempotent, sqlInbox } from '../../packages/toolkit/dist/idempotency/index.js'
import { open } from './databases.mjs'

const [installed, library, where, nameserver, death] = process.argv.slice(2)
const { database } = await open(library, where, installed)

function perhapsDie(step) {
  if (Math.random() >= Number(death) / 3) return
  console.log(JSON.stringify({ event: 'death', step }))
  process.kill(process.pid, 'SIGKILL')
}

const mortal = {
  ...database,
  async transaction(work) {
    perhapsDie('before')
    const result = await database.transaction(async (transaction) => {
      const done = await work(transaction)
      perhapsDie('in')
      return done
    })
    perhapsDie('after')
    return result
  },
}

idempotencyChannel.subscribe(({ key, outcome }) => {
  console.log(JSON.stringify({ event: 'outcome', key, outcome }))
})
const mq = await connect({ nameservers: [nameserver] })
mq.on('problem', () => {})
const consumer = mq.consumer({
  group: 'coupon',
  subscribe: { paid: '*' },
  startFrom: 'first',
  handle: idempotent({ store: sqlInbox(mortal) }, async ({ key }, { transaction }) => {
    await database.execute(transaction, 'INSERT INTO coupons (order_id) VALUES (?)', [key])
  }),
})
await consumer.ready
console.log(JSON.stringify({ event: 'ready' }))
