import { describe, expect, it } from 'vitest'
import { parseBrokerOptions } from '../conf/parse-broker-options.js'
import { LiveConfig } from './live-config.js'

const liveConfig = () => new LiveConfig(parseBrokerOptions({ directory: 'store' }))

describe('the live configuration', () => {
  it('is replaced by an update and tells listeners', () => {
    const config = liveConfig()
    const before = config.current
    const seen: number[] = []
    config.onUpdate(({ defaultTopicQueues }) => seen.push(defaultTopicQueues))
    config.update({ defaultTopicQueues: 3, autoCreateTopics: false })
    expect(config.current).toMatchObject({ defaultTopicQueues: 3, autoCreateTopics: false })
    expect(before.defaultTopicQueues).toBe(8)
    expect(Object.isFrozen(config.current)).toBe(true)
    expect(seen).toEqual([3])
  })

  it.each([
    [{ brokerName: 'other' }, 'OPTION_NOT_UPDATABLE'],
    [{ nobodyKnows: 1 }, 'OPTION_NOT_UPDATABLE'],
    [{ traceMessages: false, defaultTopicQueues: 0 }, 'OPTION_INVALID'],
  ])('refuses %o and changes nothing', (changes, code) => {
    const config = liveConfig()
    const before = config.current
    expect(() => config.update(changes)).toThrow(expect.objectContaining({ code }))
    expect(config.current).toBe(before)
  })
})
