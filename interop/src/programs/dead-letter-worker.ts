import { connect } from '@rocketeer/client'
import { DeadLetterWorker, sqlOutcomes } from '@rocketeer/toolkit/dead-letters'
import { sqlProbe } from '@rocketeer/toolkit/health'
import { mysql2Database } from '@rocketeer/toolkit/sql'
import mysql from 'mysql2/promise'

/** What a process that replays dead letters is told, as JSON in its first argument. */
export interface DeadLetterOrders {
  nameservers: string[]
  database: string
  group: string
}

const orders: DeadLetterOrders = JSON.parse(process.argv[2]!)
const pool = mysql.createPool({ uri: orders.database, connectionLimit: 5, connectTimeout: 1_000 })
const database = mysql2Database(pool)
const client = await connect({ nameservers: orders.nameservers })
client.on('problem', () => undefined)

const worker = new DeadLetterWorker(client, {
  groups: orders.group,
  probe: sqlProbe(database),
  probeIntervalMs: 300,
  probeTimeoutMs: 1_000,
  outcomes: sqlOutcomes(database),
  firstRatePerSecond: 10,
  replaysMax: 1,
})
worker.on('problem', (error) => console.log(`problem ${error}`))
console.log('ready')
