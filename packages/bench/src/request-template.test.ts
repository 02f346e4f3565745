import { decodeFrame, Serialization } from '@rocketeer/protocol'
import { endTransaction, pullMessage, sendMessageV2 } from '@rocketeer/protocol/commands'
import { decodeProperties } from '@rocketeer/protocol/record'
import { describe, expect, it } from 'vitest'
import {
  commitTemplate,
  patchOpaque,
  patchPhysicalOffset,
  patchQueueOffset,
  patchUniqueKey,
  pullTemplate,
  sendTemplate,
  slotOf,
} from './request-template.js'
import type { MessageKind } from './scenario.js'

const usual = { topic: 'bench', kind: 'normal', filter: 'tag' } as const

describe.each([
  ['JSON', Serialization.JSON],
  ['binary', Serialization.ROCKETMQ],
])('templates with %s headers', (_, serialization) => {
  it('become sends that differ in opaque and unique key alone', () => {
    const template = sendTemplate({ ...usual, queueId: 3, serialization, bodyBytes: 100 })
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
    const template = pullTemplate({ ...usual, queueId: 1, serialization, messagesMax: 32 })
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

  it('ask for what is special by properties, and filter by an expression', () => {
    const sent = { ...usual, queueId: 0, serialization, bodyBytes: 10 }
    const fieldsOf = (kind: MessageKind) => {
      const { frame } = sendTemplate({ ...sent, kind, filter: 'sql' })
      return sendMessageV2.request.decode(decodeFrame(frame, 4, frame.length).fields)
    }
    const propertiesOf = (kind: MessageKind) => decodeProperties(fieldsOf(kind).properties ?? '')
    expect(propertiesOf('delayed')).toMatchObject({ DELAY: '1', amount: '50', region: 'eu' })
    expect(propertiesOf('timed')).toMatchObject({ TIMER_DELAY_MS: '1000' })
    expect(propertiesOf('transaction')).toMatchObject({ TRAN_MSG: 'true', PGROUP: 'bench-producer' })
    expect(fieldsOf('transaction').sysFlag).toBe(4)
    const { frame } = pullTemplate({ ...usual, queueId: 0, serialization, messagesMax: 1, filter: 'sql' })
    expect(pullMessage.request.decode(decodeFrame(frame, 4, frame.length).fields)).toMatchObject({
      expressionType: 'SQL92',
      subscription: expect.stringContaining('amount BETWEEN'),
    })
  })

  it('become commits of any half message, as long as is wanted', () => {
    const template = commitTemplate({ topic: 'bench', serialization, frameBytes: 1_500 })
    expect(template.frame.length).toBe(1_500)
    const copy = Buffer.from(template.frame)
    patchOpaque(template, copy, 0, 7)
    patchQueueOffset(template, copy, 0, 4_321)
    patchPhysicalOffset(template, copy, 0, 123_456_789_012)
    const frame = decodeFrame(copy, 4, copy.length)
    expect(slotOf(frame.opaque)).toBe(7)
    expect(endTransaction.request.decode(frame.fields)).toMatchObject({
      producerGroup: 'bench-producer',
      tranStateTableOffset: 4_321,
      commitLogOffset: 123_456_789_012,
      commitOrRollback: 8,
    })
  })
})
