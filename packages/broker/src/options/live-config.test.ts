import { describe, expect, it } from 'vitest'
import { LiveConfig } from './live-config.js'
import { parseBrokerOptions } from './options.js'

const liveConfig = () => new LiveConfig(parseBrokerOptions({ storePathRootDir: 'store' }))

describe('the live configuration', () => {
  it('is replaced by an update and tells listeners', () => {
    const config = liveConfig()
    const before = config.current
    const seen: number[] = []
    config.onUpdate(({ defaultTopicQueueNums }) => seen.push(defaultTopicQueueNums))
    config.update({ defaultTopicQueueNums: 3, autoCreateTopicEnable: false })
    expect(config.current).toMatchObject({ defaultTopicQueueNums: 3, autoCreateTopicEnable: false })
    expect(before.defaultTopicQueueNums).toBe(8)
    expect(Object.isFrozen(config.current)).toBe(true)
    expect(seen).toEqual([3])
  })

  it.each([
    [{ brokerName: 'other' }, 'OPTION_NOT_UPDATABLE'],
    [{ nobodyKnows: 1 }, 'OPTION_NOT_UPDATABLE'],
    [{ traceOn: false, defaultTopicQueueNums: 0 }, 'OPTION_INVALID'],
  ])('refuses %o and changes nothing', (changes, code) => {
    const config = liveConfig()
    const before = config.current
    expect(() => config.update(changes)).toThrow(expect.objectContaining({ code }))
    expect(config.current).toBe(before)
  })
})
