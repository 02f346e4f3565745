import { MessageStore } from '../message-store.js'
import type { StoreOptions } from '../options.js'
import { message, SMALL_FILES } from './store-fixture.js'

/** Run as a process: appends until it is killed, and prints each acknowledgement on a line of standard output. */
const [directory = '', flushMode = ''] = process.argv.slice(2)
const IN_FLIGHT = 50

const store = await MessageStore.open({
  ...SMALL_FILES,
  directory,
  flushMode: flushMode as NonNullable<StoreOptions['flushMode']>,
  commitLogFileBytes: 1 << 20,
  checkpointIntervalMs: 20,
})

let count = 0
async function appendForever(): Promise<void> {
  for (;;) {
    const queueId = count % 3
    const body = `message ${process.pid} ${count++} `
    const padded = body.padEnd(body.length + ((count * 37) % 900), '.')
    const { queueOffset, physicalOffset } = await store.append(
      message({ queueId, body: padded, uniqueKey: body }),
    )
    process.stdout.write(`${JSON.stringify({ queueId, queueOffset, physicalOffset, body })}\n`)
  }
}
for (let i = 0; i < IN_FLIGHT; i++) void appendForever()
