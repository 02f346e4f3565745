import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import {
  cutText,
  decodeFailureHistory,
  encodeFailureHistory,
  FAILED_ATTEMPTS_MAX,
  type FailedAttempt,
  type FailureHistory,
  fitFailureHistory,
  NO_FAILURES,
  withAttempt,
  withReplay,
} from './failure-history.js'
import { decodeProperties, encodeProperties } from './properties.js'

function attempt(reconsumeTimes: number, message = 'the database is down'): FailedAttempt {
  const error = { name: 'Error', message }
  return {
    ...{ at: 1_700_000_000_000 + reconsumeTimes, error, member: '10.0.0.1@1234#7' },
    ...{ durationMs: 12, reconsumeTimes },
  }
}

function historyOf(attempts: number, message?: (index: number) => string): FailureHistory {
  return {
    ...NO_FAILURES,
    attempts: Array.from({ length: attempts }, (_, index) => attempt(index, message?.(index))),
  }
}

const texts = fc.string({ unit: 'binary', maxLength: 40 })
const counts = fc.nat({ max: 2 ** 40 })
const histories: fc.Arbitrary<FailureHistory> = fc.record({
  attempts: fc.array(
    fc.record({
      at: counts,
      error: fc.record({ name: texts, message: texts }),
      member: texts,
      durationMs: counts,
      reconsumeTimes: counts,
    }),
    { maxLength: 6 },
  ),
  dropped: counts,
  replays: fc.array(counts, { maxLength: 8 }),
})

describe('a failure history', () => {
  it('is read back from the property as it was, whatever its texts', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { FAILURE_HISTORY } = decodeProperties(
          encodeProperties({ a: 'b', FAILURE_HISTORY: encodeFailureHistory(history), c: 'd' }),
        )
        expect(decodeFailureHistory(FAILURE_HISTORY!)).toEqual(history)
      }),
    )
  })

  it('has room in 2 KiB for all 17 attempts that failed for the same reasons', () => {
    const reasons = ['the database is down', 'connect ECONNREFUSED 10.0.0.7:3306']
    const history = historyOf(17, (index) => reasons[index % 2]!)
    expect(Buffer.byteLength(encodeFailureHistory(history))).toBeLessThan(1024)
    expect(decodeFailureHistory(fitFailureHistory(history, 2048)!)).toEqual(history)
  })

  it('keeps its first and last attempts where there is no room for all', () => {
    const history = historyOf(17, (index) => `${index} ${'x'.repeat(250)}`)
    const fitted = decodeFailureHistory(fitFailureHistory(history, 2048)!)!
    expect(fitted.attempts.map(({ reconsumeTimes }) => reconsumeTimes)).toEqual([0, 12, 13, 14, 15, 16])
    expect(fitted.dropped).toBe(11)
    const two = decodeFailureHistory(fitFailureHistory(history, 300)!)!
    expect(two.attempts.map(({ error }) => error.message)).toEqual([
      `0 ${'x'.repeat(62)}`,
      `16 ${'x'.repeat(61)}`,
    ])
    const one = decodeFailureHistory(fitFailureHistory(history, 180)!)!
    expect(one).toMatchObject({ attempts: [{ reconsumeTimes: 16 }], dropped: 16 })
    expect(fitFailureHistory(history, 20)).toBeUndefined()
  })

  it('is never longer than it may be', () => {
    fc.assert(
      fc.property(histories, fc.nat({ max: 600 }), (history, bytesMax) => {
        const fitted = fitFailureHistory(history, bytesMax)
        if (fitted === undefined) return
        expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(bytesMax)
        const { attempts, dropped } = decodeFailureHistory(fitted)!
        expect(attempts.length + dropped).toBe(history.attempts.length + history.dropped)
      }),
    )
  })

  it('has as many attempts as its consumer wants, and the latest eight replays', () => {
    let history = NO_FAILURES
    for (let times = 0; times < 10; times++)
      history = withReplay(withAttempt(history, attempt(times), 3), times)
    expect(history.attempts.map(({ reconsumeTimes }) => reconsumeTimes)).toEqual([0, 8, 9])
    expect(history).toMatchObject({ dropped: 7, replays: [2, 3, 4, 5, 6, 7, 8, 9] })
    expect(withAttempt(history, attempt(10), 1).attempts).toMatchObject([{ reconsumeTimes: 10 }])
  })

  it('is cut quickly, however it is made: a broker does it for whoever asks', () => {
    const text = 'x'.repeat(2_000)
    const error = { name: 'Error', message: text }
    const attempts = Array.from({ length: FAILED_ATTEMPTS_MAX }, (_, index) => ({ ...attempt(index), error }))
    const stringify = vi.spyOn(JSON, 'stringify')
    const fitted = fitFailureHistory({ ...NO_FAILURES, attempts }, 3_000)
    expect(Buffer.byteLength(fitted!)).toBeGreaterThan(2_900)
    expect(stringify.mock.calls.length).toBeLessThan(10)
    stringify.mockRestore()
  })

  it.each([
    '',
    'null',
    '7',
    '[]',
    '{}',
    '{"attempts":[],"errors":[]}',
    '{"attempts":[[1,2,3,0,0]],"errors":[],"members":["m"]}',
    '{"attempts":[[1,2,3,0,0]],"errors":[["Error"]],"members":["m"]}',
    '{"attempts":[["1",2,3,0,0]],"errors":[["Error","x"]],"members":["m"]}',
    '{"attempts":[],"errors":[],"members":[],"replays":["x"]}',
    '{"attempts":[],"errors":[],"members":[],"dropped":-1}',
    `{"attempts":[${'[0,0,0,0,0],'.repeat(FAILED_ATTEMPTS_MAX)}[0,0,0,0,0]],"errors":[["",""]],"members":[""]}`,
  ])('is none for %j, which somebody else set', (encoded) => {
    expect(decodeFailureHistory(encoded)).toBeUndefined()
  })
})

it('a text is cut between characters', () => {
  expect(cutText('优惠券', 9)).toBe('优惠券')
  expect(cutText('优惠券', 8)).toBe('优惠')
  expect(cutText('优惠券', 2)).toBe('')
  expect(cutText('a😀', 4)).toBe('a')
})
