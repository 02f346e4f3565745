import { ResponseCode } from '@rocketeer/protocol'
import { ClusterInfo } from '@rocketeer/protocol/commands'
import { expect, it } from 'vitest'
import type { Nameservers } from './nameservers.js'
import { explainNoRoute } from './no-route.js'

const broker = { cluster: 'c', brokerName: 'broker-a', brokerAddrs: new Map([[0, '127.0.0.1:10911']]) }
const body = ClusterInfo.encode({
  brokerAddrTable: new Map([['broker-a', broker]]),
  clusterAddrTable: new Map([['c', ['broker-a']]]),
} as never)
const nameservers = {
  askEach: async (_: unknown, __: unknown, describe: (response: object) => string) => [
    { address: '127.0.0.1:9876', answer: describe({ code: ResponseCode.SUCCESS, body }) },
  ],
  call: async () => {
    throw new Error('gone')
  },
} as unknown as Nameservers

it('does not tell anybody to create the topic of dead letters that there are not', async () => {
  const adviceFor = async (topic: string) =>
    (await explainNoRoute(nameservers, topic, 'missing')).details.advice
  expect(await adviceFor('coupon')).toContain('topic create coupon')
  expect(await adviceFor('%DLQ%coupon')).toMatch(/^The group "coupon" has no dead letters/)
})
