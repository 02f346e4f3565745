/** A system moves to another cluster while orders come: none is lost, and none has two coupons. */
import { setTimeout as pause } from 'node:timers/promises'
import sqlite from 'node-sqlite3-wasm'
import { connect, type Message } from 'rocketeer'
import { idempotent, sqlInbox } from 'rocketeer/idempotency'
import {
  copyMissing,
  doubleRead,
  doubleWrite,
  migrateTopics,
  rolledBack,
  translateOffsets,
} from 'rocketeer/migration'
import { startServer } from 'rocketeer/server'
import { sqliteDatabase } from 'rocketeer/sql'

await using oldServer = await startServer({ brokerName: 'broker-old' })
await using newServer = await startServer({ brokerName: 'broker-new' })
await using from = await connect({ nameservers: oldServer.nameservers })
await using to = await connect({ nameservers: newServer.nameservers })
const [topic, group] = ['order-paid', 'coupon']
await from.admin().topics.create(topic, { queues: 4 })
await from.admin().groups.create(group)

// 1. The new cluster gets the topics and groups of the old one.
const { topics } = await migrateTopics({ from, to })
console.log(`created: ${topics.map((each) => each.topic).join(', ')}`)

// 2. Every producer writes to both. The old cluster is in charge: its answer is the caller's.
await using writer = doubleWrite({ from: from.producer(), to: to.producer() })

// 3. Every consumer reads both: for real the old cluster, and the new one in transactions that are rolled back.
const connection = new sqlite.Database()
connection.exec('CREATE TABLE coupons (order_id TEXT)')
const database = sqliteDatabase(connection)
const store = sqlInbox(database)
await store.createTables()
const grant = (message: Message, { transaction }: { transaction: typeof connection }) =>
  transaction.run('INSERT INTO coupons VALUES (?)', [message.key!])
await using reader = await doubleRead({
  from,
  to,
  consumer: { group, subscribe: { [topic]: '*' }, handle: idempotent({ store }, grant) },
  shadow: rolledBack(database, grant),
})

let sent = 0
let isOpen = true
const customers = (async () => {
  for (; isOpen; await pause(10)) await writer.send({ topic, key: `order-${++sent}`, body: 'paid' })
})()
await pause(2_000)

// 4. Both clusters hold the same, or are made to.
const { comparison } = await copyMissing({ from, to }, { topic, graceMs: 1_000 })
console.log(`compared: ${comparison.messages.from > 0}, missing: ${comparison.missing}`)
console.log(`shadows that failed: ${reader.status.shadows.failed}`)

// 5. The cut-over: offsets, consumers of both, producers, and the end of the old cluster.
await translateOffsets({ from, to }, { group })
await reader.putInCharge('both')
await writer.putInCharge('to')
await reader.putInCharge('to')
console.log(`in charge: ${writer.status.inCharge} for producers, ${reader.status.inCharge} for consumers`)

isOpen = false
await customers
const counts = () =>
  connection.get('SELECT COUNT(*) AS coupons, COUNT(DISTINCT order_id) AS orders FROM coupons')
while (Number(counts()!.orders) < sent) await pause(50)
console.log(`lost: ${sent - Number(counts()!.orders)}, doubled: ${Number(counts()!.coupons) - sent}`)
