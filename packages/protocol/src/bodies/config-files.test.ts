import { describe, expect, it } from 'vitest'
import {
  decodeConsumerOffsetSerializeWrapper,
  encodeConsumerOffsetSerializeWrapper,
} from '../commands/offsets.js'
import { decodeDelayOffsetSerializeWrapper, encodeDelayOffsetSerializeWrapper } from '../commands/timers.js'
import { decodeKVConfigSerializeWrapper, encodeKVConfigSerializeWrapper } from './config-files.js'

/** As Apache's ConfigManager writes them: indented with tabs. */
describe('configuration files with the shape of bodies', () => {
  it('consumerOffset.json', () => {
    const text =
      '{\n\t"dataVersion":{"counter":3,"stateVersion":0,"timestamp":1700000000000},\n\t"offsetTable":{\n\t\t"order-paid@coupon":{0:12,1:7\n\t\t}\n\t}\n}'
    const file = decodeConsumerOffsetSerializeWrapper(Buffer.from(text))
    expect(file.offsetTable.get('order-paid@coupon')).toEqual(
      new Map([
        [0, 12],
        [1, 7],
      ]),
    )
    expect(file.dataVersion?.counter).toBe(3)
    expect(encodeConsumerOffsetSerializeWrapper(file).toString()).toBe(text.replace(/\s/g, ''))
  })

  it('delayOffset.json, with and without a version', () => {
    const file = decodeDelayOffsetSerializeWrapper(Buffer.from('{\n\t"offsetTable":{1:5,18:0\n\t}\n}'))
    expect(file.offsetTable).toEqual(
      new Map([
        [1, 5],
        [18, 0],
      ]),
    )
    expect(encodeDelayOffsetSerializeWrapper(file).toString()).toBe('{"offsetTable":{1:5,18:0}}')
  })

  it('kvConfig.json', () => {
    const file = decodeKVConfigSerializeWrapper(
      Buffer.from('{"configTable":{"ORDER_TOPIC_CONFIG":{"__proto__":"a:4"}}}'),
    )
    expect(file.configTable.get('ORDER_TOPIC_CONFIG')?.get('__proto__')).toBe('a:4')
    expect(encodeKVConfigSerializeWrapper(file).toString()).toContain('"__proto__":"a:4"')
  })
})
