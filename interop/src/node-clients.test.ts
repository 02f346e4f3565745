import { connect } from '@rocketeer/client'
import { type JsonLine, JsonLines } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import { startNodeClient } from './programs/node-clients.js'

interface MessageLine extends JsonLine {
  body: string
  tags: string
  keys: string
  queueId: number
  reconsumeTimes: number
  colour: string
}

interface ProblemLine extends JsonLine {
  reason: string
}

describe.each(peerKinds)('Node clients of other makers against %s', (kind) => {
  let peer: Peer
  beforeAll(async () => {
    peer = await Peer.start(kind, { properties: { messageDelayLevel: '1s 1s 1s 1s' } })
    await using client = await connect({ nameservers: [peer.nameserver.address] })
    await client.admin().topics.create('ali-ons', { queues: 4 })
  }, 300_000)
  afterAll(() => peer?.close())

  it('ali-ons: tags and keys, an order key, and a retry', async () => {
    await using program = await startNodeClient('ali-ons', peer.nameserver.address)
    const lines = new JsonLines(program)
    const received = await lines.until<MessageLine>('message', 11, { withinMs: 90_000 })
    const plain = received.find(({ body }) => body === 'plain')
    expect(plain).toMatchObject({ tags: 'red', keys: 'key-plain', colour: 'blue & green = teal' })
    expect(received.some(({ body }) => body === 'filtered')).toBe(false)
    const again = received.filter(({ body }) => body === 'again')
    expect(again.map(({ reconsumeTimes }) => reconsumeTimes)).toEqual([0, 1])
    const steps = received.filter(({ tags }) => tags === 'blue')
    expect(steps.map(({ body }) => body)).toEqual(Array.from({ length: 8 }, (_, index) => `step-${index}`))
    expect(new Set(steps.map(({ queueId }) => queueId)).size).toBe(1)
    // It reports that a new group has no offsets yet, from Apache's broker as from ours, and what its handler threw.
    const problems = lines.of<ProblemLine>('problem').map(({ reason }) => reason)
    expect(problems.filter((reason) => !/Not found|not yet/.test(reason))).toEqual([])
    program.say('stop')
    await program.succeeded({ withinMs: 30_000 })
  }, 300_000)
})
