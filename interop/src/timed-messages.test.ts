import { ResponseCode } from '@rocketeer/protocol'
import type { JsonLine } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import { ConsumerProgram, javaPrograms, type RefusedLine, sendTimed } from './programs/client-programs.js'

interface TimedLine extends JsonLine {
  body: string
  messageId: string
  /** When the send began. */
  before: number
}

/** By body; what `Timed.java` asks for. */
const delaysMs: Readonly<Record<string, number>> = { first: 2000, second: 4000, last: 8000 }

describe.each(peerKinds)('messages with a delivery time against %s', (kind) => {
  let peer: Peer
  beforeAll(async () => {
    peer = await Peer.start(kind, { properties: { recallMessageEnable: 'true' } })
  })
  afterAll(() => peer?.close())

  it('Java client: each arrives when its time has come, a recalled one never', async () => {
    const nameservers = peer.nameserver.address
    const java = javaPrograms('JSON')
    const topic = 'timed'
    await using consumer = await ConsumerProgram.start(java, { nameservers, group: 'readers', topic })
    const lines = await sendTimed(java, { nameservers, group: 'timers', topic })
    const sent = new Map(lines.of<TimedLine>('sent').map((line) => [line.body, line]))
    const [recalled] = lines.of<TimedLine>('recalled')
    expect(recalled?.messageId).toBe(sent.get('recalled')?.messageId)

    const received = await consumer.received(3)
    expect(received.map(({ body }) => body)).toEqual(['first', 'second', 'last'])
    for (const { body, storeTimestamp, messageId } of received) {
      expect(storeTimestamp).toBeGreaterThanOrEqual(sent.get(body)!.before + delaysMs[body]!)
      expect(messageId).toBe(sent.get(body)!.messageId)
    }
    expect(lines.of('accepted')).toEqual([])
    const [tooFar, foreign] = lines.of<RefusedLine>('refused')
    expect(tooFar).toMatchObject({ code: ResponseCode.MESSAGE_ILLEGAL })
    expect(tooFar?.reason).toMatch(
      /timer message illegal, the delay time should not be bigger than the max delay/,
    )
    expect(foreign).toMatchObject({ code: ResponseCode.ILLEGAL_OPERATION })
    expect(foreign?.reason).toMatch(/topic not match/)
    await consumer.stop()
  })
})
