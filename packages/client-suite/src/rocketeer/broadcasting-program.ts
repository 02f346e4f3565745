import { connect } from '@rocketeer/client'
import { isRocketeerError } from '@rocketeer/foundation'

// A broadcasting consumer in a process of its own: `node broadcasting-program.js <nameservers> <directory> [<name>]`.

const [nameservers = '', localOffsetsDirectory = '', instanceName] = process.argv.slice(2)
const client = await connect({ nameservers, instanceName })
client.on('problem', () => {})
process.once('SIGTERM', () => void client.close())
const consumer = client.consumer({
  group: 'price-caches',
  subscribe: { prices: '*' },
  mode: 'broadcasting',
  startFrom: 'first',
  localOffsetsDirectory,
  persistOffsetIntervalMs: 50,
  handle: (message) => console.log(`handled ${message.text()}`),
})
try {
  await consumer.ready
  console.log('ready')
} catch (error) {
  if (!isRocketeerError(error, 'OFFSETS_IN_USE')) throw error
  console.log(`${error.code} by ${error.details.pid}`)
  await client.close()
}
