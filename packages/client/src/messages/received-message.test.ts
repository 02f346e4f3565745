import { deflateSync } from 'node:zlib'
import { encodeHost, SysFlag } from '@rocketeer/protocol/record'
import { describe, expect, it } from 'vitest'
import { madeMessage } from '../testing/made-message.js'

describe('Message', () => {
  it('shows the topic it was sent to, and where it was read from', () => {
    const properties = {
      RETRY_TOPIC: 'orders',
      UNIQ_KEY: 'ID',
      KEYS: 'a b',
      TAGS: 't',
      own: '1',
      CLUSTER: 'c',
    }
    for (const topic of ['%RETRY%coupon', '%DLQ%coupon']) {
      const message = madeMessage({ topic, properties, reconsumeTimes: 2 })
      expect(message).toMatchObject({
        topic: 'orders',
        messageId: 'ID',
        keys: ['a', 'b'],
        key: 'a',
        tag: 't',
      })
      expect(message.queue).toEqual({ topic, brokerName: 'broker-a', queueId: 0 })
      expect(message.userProperties).toEqual({ own: '1' })
    }
    // Anybody may set a property of that name; it counts in those two kinds of topics only.
    expect(madeMessage({ topic: 'payments', properties }).topic).toBe('payments')
  })

  it.each([
    ['2', 2],
    ['high', undefined],
    [undefined, undefined],
  ])('shows the priority %s as %s', (_SYS_MSG_PRIORITY_, priority) => {
    const properties = _SYS_MSG_PRIORITY_ === undefined ? {} : { _SYS_MSG_PRIORITY_ }
    expect(madeMessage({ properties })).toMatchObject({ priority, userProperties: {} })
  })

  it('falls back to the offset message id', () => {
    const message = madeMessage({ storeHost: encodeHost('127.0.0.1', 10911), physicalOffset: 255 })
    expect(message.offsetMessageId).toBe('7F00000100002A9F00000000000000FF')
    expect(message.messageId).toBe(message.offsetMessageId)
    const longer = madeMessage({ storeHost: encodeHost('::1', 10911), physicalOffset: 255 })
    expect(longer.offsetMessageId).toBe('0000000000000000000000000000000100002A9F00000000000000FF')
  })

  it('unpacks zlib with and without its type', () => {
    const body = deflateSync('long text '.repeat(100))
    for (const sysFlag of [SysFlag.COMPRESSED, SysFlag.COMPRESSED | (3 << 8)]) {
      expect(madeMessage({ body, sysFlag }).text()).toBe('long text '.repeat(100))
    }
  })

  it('reports a damaged body only when it is read', () => {
    const body = Buffer.from('nonsense')
    for (const type of [0, 1, 2, 3]) {
      const damaged = madeMessage({ body, sysFlag: SysFlag.COMPRESSED | (type << 8) })
      expect(() => damaged.body).toThrow(expect.objectContaining({ code: 'BODY_DAMAGED' }))
    }
  })

  it('reads JSON', () => {
    expect(madeMessage({ body: Buffer.from('{"id":7}') }).json()).toEqual({ id: 7 })
  })

  it('shows JSON all of a body, whether it is text or not', () => {
    const shown = (body: Buffer) => JSON.parse(JSON.stringify(madeMessage({ body })))
    expect(shown(Buffer.from('优惠券'))).toMatchObject({ body: '优惠券' })
    const bytes = Buffer.from([0xff, 0x00, 0xfe])
    expect(shown(bytes)).toMatchObject({ bodyBase64: bytes.toString('base64') })
    expect(shown(bytes)).not.toHaveProperty('body')
  })
})
