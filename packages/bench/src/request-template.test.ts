import { decodeFrame, decodeProperties, pullMessage, Serialization, sendMessageV2 } from '@rocketeer/protocol'
import { describe, expect, it } from 'vitest'
import {
  patchOpaque,
  patchQueueOffset,
  patchUniqueKey,
  pullTemplate,
  sendTemplate,
  slotOf,
} from './request-template.js'

describe.each([
  ['JSON', Serialization.JSON],
  ['binary', Serialization.ROCKETMQ],
])('templates with %s headers', (_, serialization) => {
  it('become sends that differ in opaque and unique key alone', () => {
    const template = sendTemplate({ topic: 'bench', queueId: 3, serialization, bodyBytes: 100 })
    const copy = Buffer.from(template.frame)
    patchOpaque(template, copy, 0, 511)
    patchUniqueKey(template, copy, 0, 1_234_567)
    const frame = decodeFrame(copy, 4, copy.length)
    expect([frame.code, slotOf(frame.opaque), frame.serialization]).toEqual([310, 511, serialization])
    expect(frame.body.equals(Buffer.alloc(100, 'x'))).toBe(true)
    const fields = sendMessageV2.request.decode(frame.fields)
    expect(fields).toMatchObject({ topic: 'bench', queueId: 3, defaultTopic: 'TBW102' })
    expect(decodeProperties(fields.properties ?? '').UNIQ_KEY).toMatch(/^[0-9A-F]{24}01234567$/)
  })

  it('become pulls of any offset', () => {
    const template = pullTemplate({ topic: 'bench', queueId: 1, serialization, messagesMax: 32 })
    const copy = Buffer.concat([Buffer.alloc(10), template.frame])
    for (const [slot, offset] of [
      [0, 0],
      [3, 32],
      [63, 987_654_321_012],
    ] as const) {
      patchOpaque(template, copy, 10, slot)
      patchQueueOffset(template, copy, 10, offset)
      const frame = decodeFrame(copy, 14, copy.length)
      expect(slotOf(frame.opaque)).toBe(slot)
      expect(pullMessage.request.decode(frame.fields)).toMatchObject({
        queueId: 1,
        queueOffset: offset,
        maxMsgNums: 32,
        subscription: '*',
      })
    }
  })
})
