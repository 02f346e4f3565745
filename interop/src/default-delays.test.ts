import { expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import { ConsumerProgram, javaPrograms, send } from './programs/client-programs.js'

const FIRST_RETRY_MS = 10_000
const TOLERANCE_MS = 2_000

it.each(peerKinds)(
  "against %s: with RocketMQ's own delays the first retry comes after 10 s",
  async (kind) => {
    await using peer = await Peer.start(kind)
    const client = javaPrograms('JSON')
    const names = { nameservers: peer.nameserver.address, group: 'patient', topic: 'patience' }
    await send(client, { ...names, prefix: 'once-more' })
    await using consumer = await ConsumerProgram.start(client, { ...names, failures: 1 })
    const [first, second] = await consumer.received(2)
    expect([first!.reconsumeTimes, second!.reconsumeTimes]).toEqual([0, 1])
    const waitedMs = second!.time - first!.time
    expect(waitedMs).toBeGreaterThanOrEqual(FIRST_RETRY_MS)
    expect(waitedMs).toBeLessThan(FIRST_RETRY_MS + TOLERANCE_MS)
  },
)
