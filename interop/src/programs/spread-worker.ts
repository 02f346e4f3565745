import { connect } from '@rocketeer/client'
import { spreadBacklog } from '@rocketeer/toolkit/backlog'

/** Orders for a forwarder, as JSON in its first argument. */
export interface SpreadOrders {
  nameservers: string[]
  group: string
  topic: string
}

const { nameservers, group, topic }: SpreadOrders = JSON.parse(process.argv[2]!)
const client = await connect({ nameservers })
const spreader = await spreadBacklog(client, { group, topic, queues: 16 })
spreader.on('problem', (error) => console.log(`problem ${error}`))
console.log('ready')
await spreader.done
await spreader.close()
await client.close()
console.log('done')
