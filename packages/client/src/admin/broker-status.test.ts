import { describe, expect, it } from 'vitest'
import { differencesOf, figuresIn, pendingIn } from './broker-status.js'
import { delayLevelsIn } from './waiting-messages.js'

describe('the figures in a status', () => {
  it('are the rates of the last ten seconds and the share of the disk', () => {
    const status = {
      brokerVersionDesc: 'V5_3_1',
      putTps: '12.345 8 1',
      getTransferredTps: ' 7 0 0',
      commitLogDiskRatio: '0.428',
    }
    expect(figuresIn(status)).toEqual({
      version: 'V5_3_1',
      inPerSecond: 12.3,
      outPerSecond: 7,
      diskUsedPercent: 43,
    })
  })

  it('are left open where a broker does not say', () => {
    expect(figuresIn({ putTps: 'NaN' })).toEqual({
      version: undefined,
      inPerSecond: 0,
      outPerSecond: 0,
      diskUsedPercent: undefined,
    })
  })
})

describe('pending messages', () => {
  const nothing = {
    brokerName: 'broker-a',
    status: {},
    timers: new Map(),
    levels: [],
    retries: new Map(),
  }

  it('are counted by topic, delay level, group and transaction', () => {
    const waiting = {
      ...nothing,
      status: {
        halfMessagesPending: '1',
        putTps: '1 1 1',
        messagesSetAside: '5',
        messageSetAside_1: JSON.stringify({
          step: 'retry',
          topic: 'a',
          group: 'g',
          messageId: 'M',
          reason: 'r',
        }),
      },
      timers: new Map([['orders', 5]]),
      levels: [
        { level: 3, delivered: 10, messages: 2 },
        { level: 4, delivered: 0, messages: 9 },
      ],
      retries: new Map([
        [3, { byTopic: new Map([['%RETRY%coupon', 2]]), complete: true }],
        [4, { byTopic: new Map([['%RETRY%coupon', 1]]), complete: false }],
      ]),
    }
    expect(pendingIn(waiting)).toEqual([
      { brokerName: 'broker-a', kind: 'time', topic: 'orders', messages: 5 },
      { brokerName: 'broker-a', kind: 'delay level', level: 3, group: 'coupon', messages: 2 },
      { brokerName: 'broker-a', kind: 'delay level', level: 4, group: 'coupon', messages: 1 },
      { brokerName: 'broker-a', kind: 'delay level', level: 4, messages: 8, partial: true },
      { brokerName: 'broker-a', kind: 'transaction', messages: 1 },
      {
        brokerName: 'broker-a',
        kind: 'set aside',
        topic: 'a',
        group: 'g',
        messages: 1,
        messageId: 'M',
        reason: 'r',
      },
    ])
  })

  it('are none for a broker that says nothing of them', () => {
    expect(pendingIn(nothing)).toEqual([])
  })

  it('wait in the delay levels that are not delivered to their end', () => {
    const status = { scheduleMessageOffset_3: '10,12', scheduleMessageOffset_4: '7,7', putTps: '1 1 1' }
    expect(delayLevelsIn(status)).toEqual([{ level: 3, delivered: 10, messages: 2 }])
  })
})

describe('the difference of two configurations', () => {
  it('names what only one has, or both have with other values', () => {
    const left = { brokerName: 'broker-a', flushDiskType: 'SYNC_FLUSH', listenPort: '10911' }
    const right = { brokerName: 'broker-b', listenPort: '10911', slaveReadEnable: 'true' }
    expect(differencesOf(left, right)).toEqual([
      { name: 'brokerName', left: 'broker-a', right: 'broker-b' },
      { name: 'flushDiskType', left: 'SYNC_FLUSH', right: undefined },
      { name: 'slaveReadEnable', left: undefined, right: 'true' },
    ])
  })
})
