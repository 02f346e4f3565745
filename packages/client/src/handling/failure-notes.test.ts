import { ManualClock, parseOptions, z } from '@rocketeer/foundation'
import { encodeProperties, OWN_PROPERTIES_BYTES_MAX, ownPropertiesBytes } from '@rocketeer/protocol/record'
import { beforeEach, describe, expect, it } from 'vitest'
import { failuresOf } from '../messages/failures.js'
import type { Message } from '../messages/received-message.js'
import { Problems } from '../problems.js'
import { madeMessage } from '../testing/made-message.js'
import { type FailureHistoryOptions, failureHistoryOption } from './failure-history-options.js'
import { FailureNotes } from './failure-notes.js'
import { retryLater, toDeadLetters } from './retry-later.js'

const schema = z.strictObject({ failureHistory: failureHistoryOption })

describe('what a consumer notes of its failures', () => {
  let clock: ManualClock
  let problems: unknown[]

  beforeEach(() => {
    clock = new ManualClock(1_700_000_000_000)
    problems = []
  })

  function notes(failureHistory?: FailureHistoryOptions | false): FailureNotes {
    return new FailureNotes({
      config: parseOptions(schema, { failureHistory }, 'consumer'),
      clientId: '10.0.0.1@1',
      clock,
      problems: new Problems(({ error }) => problems.push(error)),
    })
  }

  function afterFailures(count: number, from: FailureNotes, text: (index: number) => string): Message {
    let message = madeMessage()
    for (let index = 0; index < count; index++) {
      const failure = { thrown: new Error(text(index)), durationMs: 1 }
      message = from.note(message, failure).message.withReconsumeTimes(index + 1)
    }
    return message
  }

  it('goes with the message, attempt by attempt', async () => {
    const first = notes().note(madeMessage({ properties: { KEYS: 'k' } }), {
      thrown: new TypeError('x is undefined'),
      durationMs: 12.4,
    })
    await clock.advance(1_000)
    const again = first.message.withReconsumeTimes(1)
    const { message } = notes().note(again, { thrown: retryLater({ delayLevel: 5 }), durationMs: 3 })
    const member = '10.0.0.1@1'
    expect(failuresOf(message)).toEqual({
      attempts: [
        {
          at: 1_700_000_000_000,
          error: { name: 'TypeError', message: 'x is undefined' },
          ...{ member, durationMs: 12, reconsumeTimes: 0 },
        },
        {
          at: 1_700_000_001_000,
          error: { name: 'RetryLater', message: retryLater({ delayLevel: 5 }).message },
          ...{ member, durationMs: 3, reconsumeTimes: 1 },
        },
      ],
      dropped: 0,
      replays: [],
    })
    expect(message).toMatchObject({ key: 'k', reconsumeTimes: 1, userProperties: {} })
  })

  it('is the cause where the handler says what to do', () => {
    const failure = { thrown: toDeadLetters(new Error('no such order')), durationMs: 1 }
    const { message, reason } = notes().note(madeMessage(), failure)
    expect(failuresOf(message).attempts[0]!.error).toEqual({ name: 'Error', message: 'no such order' })
    expect(reason).toBe('no such order')
    expect(notes().note(madeMessage(), { thrown: toDeadLetters(), durationMs: 1 }).reason).toBeUndefined()
  })

  it('is bounded: the first and the latest attempts, short texts', () => {
    const message = afterFailures(
      30,
      notes({ attemptsMax: 3, messageBytesMax: 8 }),
      (i) => `${i} is long enough`,
    )
    const { attempts, dropped } = failuresOf(message)
    expect(attempts.map(({ error }) => error.message)).toEqual(['0 is lon', '28 is lo', '29 is lo'])
    expect(dropped).toBe(27)
    const encoded = afterFailures(30, notes(), (i) => `${i} ${'x'.repeat(500)}`).properties.FAILURE_HISTORY!
    expect(Buffer.byteLength(encoded)).toBeLessThanOrEqual(2_048)
  })

  it('takes no more room than the properties of the message leave', () => {
    const pad = 'x'.repeat(OWN_PROPERTIES_BYTES_MAX - 500)
    const failure = { thrown: new Error('y'.repeat(200)), durationMs: 1 }
    const { message } = notes({ bytesMax: 8_192 }).note(madeMessage({ properties: { pad } }), failure)
    expect(ownPropertiesBytes(encodeProperties(message.properties))).toBeLessThanOrEqual(32_767 - 3_000)
    expect(failuresOf(message).attempts).toHaveLength(1)
    const full = madeMessage({ properties: { pad: 'x'.repeat(32_000) } })
    expect(notes().note(full, failure).message).toBe(full)
  })

  it('is what `describe` makes of the error, in the reason as well', () => {
    const described = notes({
      describe: (_error, { key }, { message }) => ({
        name: `Redacted ${key}`,
        message: message.replace('4111', '****'),
      }),
    })
    const failure = { thrown: toDeadLetters(new Error('card 4111')), durationMs: 1 }
    const { message, reason } = described.note(madeMessage({ properties: { KEYS: 'k' } }), failure)
    expect(failuresOf(message).attempts[0]!.error).toEqual({ name: 'Redacted k', message: 'card ****' })
    expect(reason).toBe('card ****')
  })

  it('is nothing where `describe` gives nothing, or the consumer keeps no history', () => {
    const failure = { thrown: toDeadLetters(new Error('secret')), durationMs: 1 }
    const message = madeMessage()
    expect(notes({ describe: () => undefined }).note(message, failure)).toEqual({
      message,
      reason: undefined,
    })
    expect(notes(false).note(message, failure)).toEqual({ message, reason: 'secret' })
  })

  it.each<[string, (error: unknown) => unknown, unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
      new Error('broken'),
    ],
    ['gives no text', () => ({ name: 'Error' }), expect.any(TypeError)],
    ['gives null', () => null, expect.any(TypeError)],
  ])('is noted without a text where `describe` %s, which is a problem', (_, wrong, problem) => {
    const describe = wrong as FailureHistoryOptions['describe']
    const { message } = notes({ describe }).note(madeMessage(), {
      thrown: new Error('secret'),
      durationMs: 1,
    })
    expect(failuresOf(message).attempts).toMatchObject([{ error: { name: 'Error' } }])
    expect(JSON.stringify(message)).not.toContain('secret')
    expect(problems).toEqual([problem])
  })

  it.each([{ attemptsMax: 0 }, { bytesMax: 9_000 }, { bytesMax: 10 }, { describe: 7 }, true])(
    'refuses %j as an option',
    (failureHistory) => {
      expect(() => notes(failureHistory as FailureHistoryOptions)).toThrow('consumer')
    },
  )
})

it('a message without a history, or with a property that is none, has no failures', () => {
  const none = { attempts: [], dropped: 0, replays: [] }
  expect(failuresOf(madeMessage())).toEqual(none)
  expect(failuresOf(madeMessage({ properties: { FAILURE_HISTORY: 'x' } }))).toEqual(none)
})
