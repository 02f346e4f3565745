import { expect, it } from 'vitest'
import { parseBrokerOptions } from '../conf/parse-broker-options.js'

const parsed = (options: object) => parseBrokerOptions({ directory: '/nowhere', ...options })

it.each([
  [{ clusterName: 'c'.repeat(109) }, /clusterName.* at most 108 .*rmq_sys_REVIVE_LOG_/],
  [{ brokerName: 'b'.repeat(128) }, /brokerName.* at most 127 .*topic/],
  [{ traceTopic: 't'.repeat(128) }, /traceTopic.* at most 127/],
  [{ clusterName: '' }, /clusterName.* must not be empty/],
  [{ brokerName: 'a/b' }, /brokerName.* only letters/],
])('bounds names that are those of topics and their directories', (options, reason) => {
  expect(() => parsed(options)).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(reason) }),
  )
})

it('takes the longest names', () => {
  const names = { clusterName: 'c'.repeat(108), brokerName: 'b'.repeat(127) }
  expect(parsed(names)).toMatchObject(names)
})
