import { describe, expect, it } from 'vitest'
import { apacheNames, nameserverOptions, parseNameserverOptions } from './options.js'

describe('the options of a nameserver', () => {
  it('all have a name of Apache, except brokerExpiryMs', () => {
    const ours = Object.keys(nameserverOptions.shape)
    expect(ours.filter((option) => !(option in apacheNames))).toEqual(['brokerExpiryMs'])
    expect(Object.keys(apacheNames).filter((option) => !ours.includes(option))).toEqual([])
  })

  it('are named in the error about an option given by its name of Apache', () => {
    expect(() => parseNameserverOptions({ orderMessageEnable: true, nobody: 1 } as object)).toThrow(
      'nameserver options: "orderMessageEnable" is called "orderTopics" here; unknown option "nobody"',
    )
  })
})
