import { describe, expect, it } from 'vitest'
import { ConsumerOffsetSerializeWrapper } from '../commands/offsets.js'
import { DelayOffsetSerializeWrapper } from '../commands/timers.js'
import { KVConfigSerializeWrapper } from './config-files.js'

/** As Apache's ConfigManager writes them: indented with tabs. */
describe('configuration files with the shape of bodies', () => {
  it('consumerOffset.json', () => {
    const text =
      '{\n\t"dataVersion":{"counter":3,"stateVersion":0,"timestamp":1700000000000},\n\t"offsetTable":{\n\t\t"order-paid@coupon":{0:12,1:7\n\t\t}\n\t}\n}'
    const file = ConsumerOffsetSerializeWrapper.decode(Buffer.from(text))
    expect(file.offsetTable.get('order-paid@coupon')).toEqual(
      new Map([
        [0, 12],
        [1, 7],
      ]),
    )
    expect(file.dataVersion?.counter).toBe(3)
    expect(ConsumerOffsetSerializeWrapper.encode(file).toString()).toBe(text.replace(/\s/g, ''))
  })

  it('delayOffset.json, with and without a version', () => {
    const file = DelayOffsetSerializeWrapper.decode(Buffer.from('{\n\t"offsetTable":{1:5,18:0\n\t}\n}'))
    expect(file.offsetTable).toEqual(
      new Map([
        [1, 5],
        [18, 0],
      ]),
    )
    expect(DelayOffsetSerializeWrapper.encode(file).toString()).toBe('{"offsetTable":{1:5,18:0}}')
  })

  it('kvConfig.json', () => {
    const file = KVConfigSerializeWrapper.decode(
      Buffer.from('{"configTable":{"ORDER_TOPIC_CONFIG":{"__proto__":"a:4"}}}'),
    )
    expect(file.configTable.get('ORDER_TOPIC_CONFIG')?.get('__proto__')).toBe('a:4')
    expect(KVConfigSerializeWrapper.encode(file).toString()).toContain('"__proto__":"a:4"')
  })
})
