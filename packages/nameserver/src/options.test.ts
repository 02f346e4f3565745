import { describe, expect, it } from 'vitest'
import { apacheNames } from './apache-names.js'
import { nameserverOptions, parseNameserverOptions } from './options.js'

describe('the names of options', () => {
  it("are all in the table of Apache's, or ours alone", () => {
    const ours = Object.keys(nameserverOptions.shape)
    expect(ours.filter((option) => !(option in apacheNames))).toEqual(['brokerExpiryMs'])
    expect(Object.keys(apacheNames).filter((option) => !ours.includes(option))).toEqual([])
  })

  it("are told to whoever gives Apache's", () => {
    expect(() => parseNameserverOptions({ orderMessageEnable: true, nobody: 1 } as object)).toThrow(
      'nameserver options: "orderMessageEnable" is called "orderTopics" here; unknown option "nobody"',
    )
  })
})
