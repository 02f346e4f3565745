/** Nameserver and broker in a process of their own, which the story can kill: `{ directory, nameserverPort, brokerPort, speed }`. */
import { startServer } from '@rocketeer/server'
import { storyDelayLevels } from './pace.js'

const { directory, nameserverPort, brokerPort, speed } = JSON.parse(process.argv[2]!) as {
  directory: string
  nameserverPort: number
  brokerPort: number
  speed: number
}

const server = await startServer({
  directory,
  nameserverPort,
  brokerPort,
  delayLevels: storyDelayLevels(speed),
  transactionTimeoutMs: 1_000,
  transactionCheckIntervalMs: 1_000,
  // On a busy machine a service takes long to start again, and the broker goes on asking.
  transactionChecksMax: 10_000,
})
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)))
process.send?.({ kind: 'ready' })
