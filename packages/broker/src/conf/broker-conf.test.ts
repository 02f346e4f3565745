import { describe, expect, it } from 'vitest'
import { parseBrokerOptions } from '../options/options.js'
import { fromApacheProperties, toApacheProperties } from './apache-properties.js'
import { readBrokerConf, supportedKeys } from './broker-conf.js'

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
`

describe('an Apache broker.conf', () => {
  it('becomes options of the same names', () => {
    const { options, warnings } = readBrokerConf(example)
    expect(warnings).toEqual([])
    expect(parseBrokerOptions({ storePathRootDir: '', ...options })).toMatchObject({
      brokerName: 'broker-a',
      brokerId: 0,
      fileReservedTime: 48,
      namesrvAddr: ['192.168.0.1:9876', '192.168.0.2:9876'],
      brokerIP1: '192.168.0.9',
      listenPort: 10921,
      storePathCommitLog: '/data/store/commitlog',
      autoCreateTopicEnable: false,
      messageDelayLevel: '1s 5s 10s',
      maxMessageSize: 65536,
    })
  })

  it('is warned about keys that have no effect, with the key that was probably meant', () => {
    const { options, warnings } = readBrokerConf(
      'haListenPort=10912\nflushDiskTyp=SYNC_FLUSH\nqwertyuiop=1\nbrokerRole=SYNC_MASTER',
    )
    expect(options).toEqual({})
    expect(warnings).toEqual([
      '"haListenPort" is a property of Apache RocketMQ that has no effect here yet',
      '"flushDiskTyp" is not a known property; did you mean "flushDiskType"?',
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

  it('knows every option but our own by its Apache name', () => {
    const config = parseBrokerOptions({ storePathRootDir: 'store', advertise: 'example.org:1' })
    expect(Object.keys(config).filter((option) => !supportedKeys.has(option))).toEqual(['advertise'])
  })
})

describe('the configuration as GET_BROKER_CONFIG answers it', () => {
  it('reads back to the same configuration', () => {
    const config = parseBrokerOptions({ storePathRootDir: 'store', namesrvAddr: ['a:1', 'b:2'] })
    const { options, warnings } = readBrokerConf(toApacheProperties(config))
    expect(warnings).toEqual([])
    expect(parseBrokerOptions({ storePathRootDir: 'store', ...options })).toEqual(config)
  })

  it('gives updates in the types of the options and keeps unknown names for the refusal', () => {
    expect(fromApacheProperties('autoCreateTopicEnable=false\ndefaultTopicQueueNums=16\nnobody=1')).toEqual({
      autoCreateTopicEnable: false,
      defaultTopicQueueNums: 16,
      nobody: '1',
    })
    expect(() => fromApacheProperties('defaultTopicQueueNums=0')).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })
})
