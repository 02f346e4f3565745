import { connect } from '@rocketeer/client'
import { type ChangeFormat, filePositions, relayChanges } from '@rocketeer/toolkit/change-relay'
import ZongJi from '@vlasky/zongji'
import { createConnection } from 'mysql2/promise'

/** The program's only argument, as JSON. */
export interface RelayProgramOptions {
  name: string
  /** Of MariaDB on 127.0.0.1. */
  port: number
  nameservers: readonly string[]
  /** Where the position is kept. */
  directory: string
  tables: readonly string[]
  topic: string
  format?: ChangeFormat
}

const options = JSON.parse(process.argv[2] ?? '') as RelayProgramOptions
const print = (event: string, more: object = {}) =>
  console.log(JSON.stringify({ event, time: Date.now(), ...more }))

const client = await connect({ nameservers: [...options.nameservers], waitMs: 60_000 })
const { name, port, tables, topic, format, directory } = options
const relay = relayChanges({
  name,
  source: { ZongJi, createConnection, connection: { host: '127.0.0.1', port, user: 'root' } },
  tables,
  producer: client.producer(),
  route: () => ({ topic }),
  positions: filePositions(directory),
  format,
  retryAfterMs: 200,
  // Small, so that many transactions are longer and read twice.
  transactionRowsMax: 50,
})
relay.on('problem', (error) => print('problem', { text: String(error) }))
relay.relaying().then(
  () => print('relaying'),
  (error: unknown) => print('stopped', { text: String(error) }),
)
setInterval(() => print('status', { ...relay.status, error: undefined }), 500)
process.on('SIGTERM', async () => {
  await relay.close()
  await client.close()
  process.exit(0)
})
