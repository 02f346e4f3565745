import { ResponseCode } from '@rocketeer/protocol'
import { DataVersion, KVTable } from '@rocketeer/protocol/bodies'
import {
  BrokerStatsData,
  ConsumerOffsetSerializeWrapper,
  DelayOffsetSerializeWrapper,
  getAllConsumerOffset,
  getAllDelayOffset,
  getBrokerConfig,
  getBrokerRuntimeInfo,
  updateBrokerConfig,
  viewBrokerStatsData,
} from '@rocketeer/protocol/commands'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AdminServer } from '../testing/admin-server.js'
import { readableBytes } from './runtime-info.js'

let server: AdminServer
beforeEach(async () => {
  server = await AdminServer.start()
})
afterEach(() => server[Symbol.asyncDispose]())

describe('options', () => {
  const read = async () => {
    const { body, fields } = await server.request(getBrokerConfig, {})
    return { text: body.toString(), version: DataVersion.decode(Buffer.from(fields.version)) }
  }
  const update = (text: string) => server.request(updateBrokerConfig, {}, Buffer.from(text))

  it('are told as properties and changed while the broker runs', async () => {
    expect((await read()).text).toContain('brokerName=broker-a\n')
    expect((await update('defaultTopicQueueNums=4\n')).code).toBe(ResponseCode.SUCCESS)
    const { text, version } = await read()
    expect(text).toContain('defaultTopicQueueNums=4\n')
    expect(version.counter).toBe(1)
  })

  it.each(['defaultTopicQueueNums=many', 'brokerName=other', 'defaultTopicQueueNums=4\nnoSuchOption=1'])(
    'are left as they are when asked for %j',
    async (text) => {
      const before = await read()
      const response = await update(text)
      expect(response.code).not.toBe(ResponseCode.SUCCESS)
      expect(response.remark).toBeTruthy()
      expect(await read()).toEqual(before)
    },
  )
})

describe('figures', () => {
  it('are those mqadmin reads', async () => {
    await server.fill('order-paid', 0, 60)
    server.parts.delayOffsets.set(3, 7)
    await server.clock.advance(60_000)
    const { table } = KVTable.decode((await server.request(getBrokerRuntimeInfo, {})).body)
    expect(Object.fromEntries(table)).toMatchObject({
      brokerActive: 'true',
      brokerVersionDesc: 'V5_5_0',
      msgPutTotalTodayNow: '60',
      msgGetTotalTodayNow: '0',
      putMessageSizeTotal: '6000',
      putTps: expect.stringMatching(/^0\.0 1\.0 /),
      getTransferredTps: '0.0 0.0 0.0',
      getTransferedTps: '0.0 0.0 0.0',
      runtime: '[ 0 days, 0 hours, 1 minutes, 0 seconds ]',
      commitLogMinOffset: '0',
      commitLogDirCapacity: expect.stringMatching(/^Total : .+B, Free : .+B\.$/),
      sendThreadPoolQueueSize: '0',
      scheduleMessageOffset_3: '7,0',
    })
    expect(Number(table.get('earliestMessageTimeStamp'))).toBe(server.clock.now() - 60_000)
    expect(Number(table.get('commitLogMaxOffset'))).toBeGreaterThan(60 * 91)
    expect(Number(table.get('commitLogDiskRatio'))).toBeGreaterThanOrEqual(0)
  })

  /** What brokerStatus of Apache 5.5.0 prints without the keys of single delay levels and disks. */
  const APACHE_KEYS =
    'EndTransactionQueueSize EndTransactionThreadPoolQueueCapacity ackThreadPoolQueueCapacity ' +
    'ackThreadPoolQueueHeadWaitTimeMills ackThreadPoolQueueSize bootTimestamp brokerActive brokerVersionDesc ' +
    'commitLogDirCapacity commitLogDiskRatio commitLogMaxOffset commitLogMinOffset consumeQueueDiskRatio ' +
    'dispatchBehindBytes dispatchMaxBuffer earliestMessageTimeStamp getFoundTps getMessageEntireTimeMax ' +
    'getMissTps getTotalTps getTransferredTps litePullThreadPoolQueueCapacity ' +
    'litePullThreadPoolQueueHeadWaitTimeMills litePullThreadPoolQueueSize msgGetTotalTodayMorning ' +
    'msgGetTotalTodayNow msgGetTotalYesterdayMorning msgPutTotalTodayMorning msgPutTotalTodayNow ' +
    'msgPutTotalYesterdayMorning pageCacheLockTimeMills pullThreadPoolQueueCapacity ' +
    'pullThreadPoolQueueHeadWaitTimeMills pullThreadPoolQueueSize putLatency99 putLatency999 ' +
    'putMessageAverageSize putMessageDistributeTime putMessageEntireTimeMax putMessageFailedTimes ' +
    'putMessageSizeTotal putMessageTimesTotal putTps queryThreadPoolQueueCapacity ' +
    'queryThreadPoolQueueHeadWaitTimeMills queryThreadPoolQueueSize remainHowManyDataToFlush ' +
    'remainTransientStoreBufferNumbs runtime sendThreadPoolQueueCapacity ' +
    'sendThreadPoolQueueHeadWaitTimeMills sendThreadPoolQueueSize startAcceptSendRequestTimeStamp ' +
    'timerCongestNum timerDequeueTps timerEnqueueTps timerOffsetBehind timerReadBehind'

  it('have every key that Apache has', async () => {
    const { table } = KVTable.decode((await server.request(getBrokerRuntimeInfo, {})).body)
    expect(APACHE_KEYS.split(' ').filter((key) => !table.has(key))).toEqual([])
  })

  it('exist before the first message', async () => {
    const { table } = KVTable.decode((await server.request(getBrokerRuntimeInfo, {})).body)
    expect(table.get('earliestMessageTimeStamp')).toBe('-1')
    expect(table.get('putTps')).toBe('0.0 0.0 0.0')
  })

  it('are told one by one', async () => {
    await server.fill('order-paid', 0, 3)
    const asked = { statsName: 'TOPIC_PUT_NUMS', statsKey: 'order-paid' }
    const data = BrokerStatsData.decode((await server.request(viewBrokerStatsData, asked)).body)
    expect(data.statsMinute.sum).toBe(3)
    const unknown = await server.request(viewBrokerStatsData, { ...asked, statsKey: 'nothing' })
    expect(unknown.code).toBe(ResponseCode.SYSTEM_ERROR)
  })

  it('print sizes as Apache does', () => {
    expect([0, 1023, 1024, 1536, 252 * 1024 ** 3].map(readableBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '1.5 KiB',
      '252.0 GiB',
    ])
  })
})

describe('offsets', () => {
  it('are told as their files hold them', async () => {
    server.parts.offsets.commit({ group: 'coupon', topic: 'order-paid', queueId: 1 }, 5)
    server.parts.delayOffsets.set(3, 7)
    const consumed = await server.request(getAllConsumerOffset, {})
    const { offsetTable } = ConsumerOffsetSerializeWrapper.decode(consumed.body)
    expect(offsetTable.get('order-paid@coupon')?.get(1)).toBe(5)
    const delayed = await server.request(getAllDelayOffset, {})
    expect(DelayOffsetSerializeWrapper.decode(delayed.body).offsetTable.get(3)).toBe(7)
  })
})
