import { ResponseCode } from '@rocketeer/protocol'
import { QueryConsumeQueueResponseBody, queryConsumeQueue } from '@rocketeer/protocol/commands'
import { tagsCodeOf } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { topicConfig } from '../tables/topic-config.js'
import { AdminServer } from '../testing/admin-server.js'

const TOPIC = 'order-paid'
const GROUP = 'coupon'

let server: AdminServer
beforeEach(async () => {
  server = await AdminServer.start()
  await server.parts.topics.put([topicConfig(TOPIC)])
})
afterEach(() => server[Symbol.asyncDispose]())

describe('queryConsumeQueue', () => {
  it('tells what lies in a queue', async () => {
    await server.fill(TOPIC, 0, 40, 'vip')
    const query = async (index: number, count: number) => {
      const fields = { topic: TOPIC, queueId: 0, index, count, consumerGroup: GROUP }
      const response = await server.request(queryConsumeQueue, fields)
      return { remark: response.remark, ...QueryConsumeQueueResponseBody.decode(response.body) }
    }
    const { queueData, maxQueueIndex, minQueueIndex, filterData } = await query(5, 35)
    expect({ maxQueueIndex, minQueueIndex }).toEqual({ maxQueueIndex: 40, minQueueIndex: 0 })
    expect(queueData).toHaveLength(35)
    const [first, second] = queueData
    expect(first?.tagsCode).toBe(tagsCodeOf('vip'))
    expect(second?.physicOffset).toBe(first!.physicOffset + first!.physicSize)
    expect(filterData).toContain('not online')
    expect((await query(40, 1)).remark).toContain('not exist')
  })

  it('says when there is no such queue', async () => {
    const fields = { topic: TOPIC, queueId: 3, index: 0, count: 1 }
    expect((await server.request(queryConsumeQueue, fields)).code).toBe(ResponseCode.SYSTEM_ERROR)
  })
})
