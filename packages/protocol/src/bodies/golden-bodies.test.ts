import { isRocketeerError } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { bodyNamed, golden } from '../testing/golden-file.js'

/** Dates as text, which Java computes while writing and nobody reads. */
const COMPUTED = /,"(?:min|max|consume)TimeStampStr":"[^"]*"/g

describe('bodies Apache 5.5.0 encoded', () => {
  for (const sample of golden.bodies) {
    it(`${sample.class} is read and written again byte by byte`, () => {
      const { decode, encode } = bodyNamed(sample.class)
      const written = encode(decode(Buffer.from(sample.text))).toString()
      expect(written).toBe(sample.text.replace(COMPUTED, ''))
    })

    it(`${sample.class}, cut short anywhere, is refused`, () => {
      const { decode } = bodyNamed(sample.class)
      const bytes = Buffer.from(sample.text)
      for (let length = 0; length < bytes.length; length++) {
        expect(() => decode(bytes.subarray(0, length))).toThrowError(expect.toSatisfy(isMalformed))
      }
    })

    it(`${sample.class} passes over fields it does not know`, () => {
      const { decode } = bodyNamed(sample.class)
      const widened = sample.text.replace('{', '{"aFieldOfTomorrow":{{"deep":[1,{"x":null}]}:"y"},')
      expect(decode(Buffer.from(widened))).toEqual(decode(Buffer.from(sample.text)))
    })
  }
})

describe('missing fields', () => {
  it('mean what a new TopicConfig says in Java', () => {
    expect(withDefaults('TopicConfig', '{"topicName":"t"}')).toEqual(defaultsOf('TopicConfig'))
  })

  it('mean what a new SubscriptionGroupConfig says in Java', () => {
    expect(withDefaults('SubscriptionGroupConfig', '{"groupName":"g","groupRetryPolicy":{}}')).toEqual(
      defaultsOf('SubscriptionGroupConfig'),
    )
  })

  it('that are needed are named', () => {
    const { decode } = bodyNamed('TopicRouteData')
    expect(() => decode(Buffer.from('{"queueDatas":[{"perm":6}]}'))).toThrowError(
      expect.toSatisfy(
        (error) =>
          isMalformed(error) && (error as Error).message.includes('queueDatas[0].brokerName is missing'),
      ),
    )
  })
})

function withDefaults(name: string, text: string): unknown {
  const { decode, encode } = bodyNamed(name)
  return JSON.parse(encode(decode(Buffer.from(text))).toString())
}

function defaultsOf(name: string): unknown {
  return JSON.parse(golden.bodyDefaults.find((sample) => sample.class === name)!.text)
}

function isMalformed(error: unknown): boolean {
  return isRocketeerError(error, 'BODY_MALFORMED')
}
