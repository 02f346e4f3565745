import { describe, expect, it } from 'vitest'
import { encodeProperties } from './properties.js'
import { timerDueAt, timerWakeAt } from './timer.js'

const DAY_MS = 86_400_000
const due = (properties: Record<string, string>) => timerDueAt(encodeProperties(properties))

describe('a record of the timer topic', () => {
  it.each([
    [
      'at the moment asked for, when the slot holds it',
      { TIMER_OUT_MS: '5000', TIMER_DELIVER_MS: '5300' },
      5300,
    ],
    ['at the end of the slot included', { TIMER_OUT_MS: '5000', TIMER_DELIVER_MS: '6000' }, 6000],
    [
      'at the end of its slot when Apache stored a delay',
      { TIMER_OUT_MS: '5000', TIMER_DELAY_SEC: '5' },
      6000,
    ],
    [
      'at the end of its slot when the moment is elsewhere',
      { TIMER_OUT_MS: '5000', TIMER_DELIVER_MS: '9' },
      6000,
    ],
    [
      'before its slot when it cancels',
      { TIMER_OUT_MS: '5000', TIMER_DELIVER_MS: '5001', TIMER_DEL_UNIQKEY: 'A' },
      5000,
    ],
    ['at once when it has no time', { TIMER_OUT_MS: 'soon' }, 1000],
  ])('is due %s', (_name, properties, expected) => {
    expect(due(properties as Record<string, string>)).toBe(expected)
  })

  it('is looked at when it is due, or after two days when it is due later', () => {
    const properties = encodeProperties({ TIMER_OUT_MS: String(3 * DAY_MS) })
    expect(timerWakeAt(properties, 0)).toBe(2 * DAY_MS)
    expect(timerWakeAt(properties, 2 * DAY_MS)).toBe(3 * DAY_MS + 1000)
  })
})
