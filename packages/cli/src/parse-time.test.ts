import { describe, expect, it, vi } from 'vitest'
import { parseDuration, parseResetTime, parseStart, parseTime } from './parse-time.js'

const now = new Date(2026, 10, 21, 10, 30).getTime()
vi.useFakeTimers({ now, toFake: ['Date'] })

describe('parseTime', () => {
  it('reads ISO dates and times, local unless they say otherwise', () => {
    expect(parseTime('2026-11-21')).toBe(new Date(2026, 10, 21).getTime())
    expect(parseTime('2026-11-21T10:00')).toBe(new Date(2026, 10, 21, 10).getTime())
    expect(parseTime('2026-11-21 10:00:05.123')).toBe(new Date(2026, 10, 21, 10, 0, 5, 123).getTime())
    expect(parseTime('2026-11-21T10:00Z')).toBe(Date.UTC(2026, 10, 21, 10))
    expect(parseTime('2026-11-21T10:00:00+08:00')).toBe(Date.UTC(2026, 10, 21, 2))
  })

  it('reads now, how long ago, and milliseconds since the epoch', () => {
    expect(parseTime('now')).toBe(now)
    expect(parseTime('2h')).toBe(now - 7_200_000)
    expect(parseTime('1h30m')).toBe(now - 5_400_000)
    expect(parseTime('1795219200000')).toBe(1_795_219_200_000)
  })

  it.each([
    ['20261121', '2026-11-21'],
    ['202611211030', '2026-11-21T10:30'],
    ['2026/11/21', '2026-11-21'],
    ['2026-11-21T1030', '2026-11-21T10:30'],
    ['1795219200', '1795219200000 (those are seconds)'],
    ['8:15', '2026-11-21T08:15'],
    ['yesterday', '24h'],
    ['2 hours ago', '2h'],
    ['-2h', '2h'],
  ])('refuses %s and says what was probably meant', (text, meant) => {
    expect(() => parseTime(text)).toThrow(`Did you mean ${meant}?`)
  })

  it.each(['', '0', '123', '2026-02-30', '2026-13-01', '2026-11-21T25:00', 'noon', '21.11.2026', '99999999'])(
    'refuses %j',
    (text) => {
      expect(() => parseTime(text)).toThrow(/A time such as .* is needed\.$/)
    },
  )
})

describe('parseStart and parseResetTime', () => {
  it('also take first and last; a reset not the future', () => {
    expect(parseStart('first')).toBe('first')
    expect(parseStart('2h')).toEqual(new Date(now - 7_200_000))
    expect(parseResetTime('last')).toBe('last')
    expect(parseResetTime('now')).toBe(now)
    expect(() => parseResetTime('2026-11-22')).toThrow('in the future')
    expect(() => parseResetTime('soon')).toThrow(', first, last')
  })
})

describe('parseDuration', () => {
  it('reads one or more counts with their unit', () => {
    expect(['90s', '30m', '2h', '3d', '1h30m', '250ms'].map(parseDuration)).toEqual([
      90_000, 1_800_000, 7_200_000, 259_200_000, 5_400_000, 250,
    ])
    for (const text of ['', 'soon', '5', '1.5h', 'h'])
      expect(() => parseDuration(text)).toThrow('such as 90s')
  })
})
