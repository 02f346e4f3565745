/** Every instance of a service hears that its cache is stale. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'

await using server = await startServer()
const localOffsetsDirectory = await mkdtemp(join(tmpdir(), 'offsets-'))
let heard = 0
let everybodyHeard = () => {}
const waiting = new Promise<void>((resolve) => {
  everybodyHeard = resolve
})

/** In production these are processes on different machines. */
async function startInstance(instanceName: string) {
  // Offsets are kept under this name: it has to be the same when the instance starts again.
  const mq = await connect({ nameservers: server.nameservers, instanceName })
  const consumer = mq.consumer({
    group: 'price-caches',
    subscribe: { 'price-changed': '*' },
    mode: 'broadcasting',
    startFrom: 'first',
    localOffsetsDirectory,
    handle: (message) => {
      console.log(`${instanceName} forgets the price of ${message.text()}`)
      if (++heard === 2) everybodyHeard()
    },
  })
  await consumer.ready
  return mq
}

await using publisher = await connect({ nameservers: server.nameservers })
await publisher.admin().topics.create('price-changed')
const instances = await Promise.all(['web-1', 'web-2'].map(startInstance))
await publisher.producer().send({ topic: 'price-changed', body: 'apples' })
await waiting
for (const instance of instances) await instance.close()
await rm(localOffsetsDirectory, { recursive: true })
