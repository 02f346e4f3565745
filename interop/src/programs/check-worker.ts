import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '@rocketeer/client'
import { delayedCheck } from '@rocketeer/toolkit/delayed-check'
import mysql from 'mysql2/promise'

/** Orders for a process that closes unpaid orders, as JSON in its first argument. */
export interface CheckOrders {
  nameservers: string[]
  database: string
  topic: string
  group: string
}

const orders: CheckOrders = JSON.parse(process.argv[2]!)
const pool = mysql.createPool({ uri: orders.database, connectionLimit: 5 })
const client = await connect({ nameservers: orders.nameservers })

/** Each close leaves a row, so that a second one is seen. */
async function closeUnpaid(id: string): Promise<void> {
  const connection = await pool.getConnection()
  try {
    await connection.beginTransaction()
    const [result] = await connection.execute<mysql.ResultSetHeader>(
      "UPDATE orders SET status = 'closed' WHERE id = ? AND status = 'unpaid'",
      [id],
    )
    if (result.affectedRows === 1) await connection.execute('INSERT INTO closings (id) VALUES (?)', [id])
    await connection.commit()
  } finally {
    connection.release()
  }
}

const unpaid = delayedCheck(client, {
  topic: orders.topic,
  group: orders.group,
  // Each check is sent on a few times on its way.
  stageMsMax: 1_500,
  check: async (id) => {
    await closeUnpaid(id)
    // A kill often finds the effect done and the message not consumed.
    await sleep(50)
  },
})
unpaid.on('problem', (error) => console.log(`problem ${error}`))
await unpaid.ready
console.log('ready')
