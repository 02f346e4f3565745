import { describe, expect, it } from 'vitest'
import { parseBrokerOptions } from '../conf/parse-broker-options.js'
import { brokerOptionsSchema } from '../options/options.js'
import { apacheKeys } from './apache-keys.js'
import { apacheForm, apacheNames, optionsByApacheName } from './apache-names.js'
import { fromApacheProperties, toApacheProperties } from './apache-properties.js'
import { readBrokerConf } from './broker-conf.js'

/** The example that RocketMQ ships as conf/broker.conf, with the properties its users add most. */
const example = `
brokerClusterName = DefaultCluster
brokerName = broker-a
brokerId = 0
deleteWhen = 04
fileReservedTime = 48
brokerRole = ASYNC_MASTER
flushDiskType = ASYNC_FLUSH
namesrvAddr=192.168.0.1:9876;192.168.0.2:9876
brokerIP1=192.168.0.9
listenPort=10921
storePathRootDir=/data/store
storePathCommitLog=/data/store/commitlog
mappedFileSizeCommitLog=1073741824
autoCreateTopicEnable=false
messageDelayLevel=1s 5s 10s
defaultTopicQueueNums=4
maxMessageSize=65536
mappedFileSizeConsumeQueue=6000001
timerMaxDelaySec=86400
serverChannelMaxIdleTimeSeconds=60
`

describe('an Apache broker.conf', () => {
  it('becomes options of our names and units', () => {
    const { options, warnings } = readBrokerConf(example)
    expect(warnings).toEqual([])
    expect(parseBrokerOptions({ directory: '', ...options })).toMatchObject({
      brokerName: 'broker-a',
      brokerId: 0,
      fileReservedHours: 48,
      flushMode: 'async',
      nameservers: ['192.168.0.1:9876', '192.168.0.2:9876'],
      advertisedHost: '192.168.0.9',
      port: 10921,
      directory: '/data/store',
      commitLogDirectory: '/data/store/commitlog',
      commitLogFileBytes: 1024 ** 3,
      consumeQueueFileEntries: 300_001,
      timerDelayMsMax: 86_400_000,
      idleTimeoutMs: 60_000,
      autoCreateTopics: false,
      defaultTopicQueues: 4,
      delayLevels: '1s 5s 10s',
      messageBytesMax: 65536,
    })
  })

  it('is warned about keys that have no effect, with the key that was probably meant', () => {
    const { options, warnings } = readBrokerConf(
      'haListenPort=10912\nflushDiskTyp=SYNC_FLUSH\nflushMode=sync\nqwertyuiop=1\nbrokerRole=SYNC_MASTER',
    )
    expect(options).toEqual({})
    expect(warnings).toEqual([
      '"haListenPort" is a property of Apache RocketMQ that has no effect here yet',
      '"flushDiskTyp" is not a known property; did you mean "flushDiskType"?',
      '"flushMode" is called "flushDiskType" in broker.conf and by mqadmin',
      '"qwertyuiop" is not a known property',
      expect.stringContaining('SYNC_MASTER'),
    ])
  })

  it('is refused with every impossible value named', () => {
    const text =
      'listenPort=many\nautoCreateTopicEnable=yes\nbrokerRole=SLAVE\nbrokerId=1\nmessageDelayLevel=1 2'
    expect(() => readBrokerConf(text)).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        details: {
          subject: 'broker.conf',
          problems: [
            '"listenPort": "many" is not a whole number',
            '"autoCreateTopicEnable": "yes" is neither true nor false',
            '"brokerRole": only ASYNC_MASTER is supported',
            '"brokerId": only 0 (a master) is supported: this broker has no slaves yet',
            '"messageDelayLevel": durations such as "1s 5s 10s 30s 1m 2h" are needed',
          ],
        },
      }),
    )
  })

  it('is refused when a Windows path has single backslashes', () => {
    expect(() => readBrokerConf('storePathRootDir=C:\\users\\mq', 'my.conf')).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        message: expect.stringMatching(/^my.conf: .*backslash/),
      }),
    )
  })

  it("has flush modes by Apache's words", () => {
    expect(readBrokerConf('flushDiskType=SYNC_FLUSH').options).toEqual({ flushMode: 'sync' })
    expect(() => readBrokerConf('flushDiskType=sync')).toThrow('"sync" is none of ASYNC_FLUSH, SYNC_FLUSH')
  })
})

describe('the names of options', () => {
  it('are all in the table, or ours alone', () => {
    const ours = Object.keys(brokerOptionsSchema.shape)
    expect(ours.filter((option) => !(option in apacheNames))).toEqual(['vipChannel', 'advertise'])
    expect(Object.keys(apacheNames).filter((option) => !ours.includes(option))).toEqual([])
  })

  it("are Apache's on the other side, each once", () => {
    const names = (Object.keys(apacheNames) as (keyof typeof apacheNames)[]).map(
      (option) => apacheForm(option).name,
    )
    expect(names.filter((name) => !apacheKeys.has(name))).toEqual([])
    expect(optionsByApacheName.size).toBe(names.length)
  })

  it("are told to whoever gives Apache's", () => {
    const options = { storePathRootDir: 'store', messageDelayLevel: '1s', nobody: 1 } as object
    expect(() => parseBrokerOptions({ directory: 'store', ...options })).toThrow(
      'broker options: "storePathRootDir" is called "directory" here; ' +
        '"messageDelayLevel" is called "delayLevels" here; unknown option "nobody"',
    )
  })
})

describe('the configuration as GET_BROKER_CONFIG answers it', () => {
  it('reads back to the same configuration', () => {
    const config = parseBrokerOptions({
      directory: 'store',
      nameservers: ['a:1', 'b:2'],
      flushMode: 'sync',
      consumeQueueFileEntries: 7,
    })
    const { options, warnings } = readBrokerConf(toApacheProperties(config))
    expect(warnings).toEqual([])
    expect(parseBrokerOptions({ directory: 'store', ...options })).toEqual(config)
  })

  it('gives updates under our names and in the types of the options', () => {
    expect(
      fromApacheProperties('autoCreateTopicEnable=false\ndefaultTopicQueueNums=16\ntimerMaxDelaySec=7'),
    ).toEqual({ autoCreateTopics: false, defaultTopicQueues: 16, timerDelayMsMax: 7000 })
  })

  it.each([
    ['defaultTopicQueueNums=0\nnobody=1', 'OPTION_INVALID', { subject: 'the new configuration' }],
    [
      'fileReservedHours=48',
      'OPTION_INVALID',
      { problems: ['"fileReservedHours" is called "fileReservedTime" in broker.conf and by mqadmin'] },
    ],
    ['traceOn=true\nnobody=1', 'OPTION_INVALID', { problems: ['"nobody" is not a known property'] }],
    [
      'fileReservdTime=1',
      'OPTION_INVALID',
      { problems: ['"fileReservdTime" is not a known property; did you mean "fileReservedTime"?'] },
    ],
    [
      'enableMultiDispatch=true',
      'OPTION_INVALID',
      { problems: ['"enableMultiDispatch" is a property of Apache RocketMQ that has no effect here yet'] },
    ],
    ['flushDiskType=SYNC_FLUSH', 'OPTION_NOT_UPDATABLE', { option: 'flushDiskType' }],
  ])('refuses the update %j', (text, code, details) => {
    expect(() => fromApacheProperties(text)).toThrow(
      expect.objectContaining({ code, details: expect.objectContaining(details) }),
    )
  })
})
