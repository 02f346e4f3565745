import { describe, expect, it } from 'vitest'
import { optionsByApacheName, parseClientOptions } from './apache-names.js'
import { clientOptionsSchema } from './client-options.js'
import { consumerOptionsSchema, parseConsumerOptions } from './consuming/consumer-options.js'
import { parsePullConsumerOptions, pullConsumerOptionsSchema } from './consuming/pull-consumer-options.js'
import { transactionProducerOptionsSchema } from './producing/transaction-options.js'
import { producerOptionsSchema } from './sending/producer-options.js'
import { traceOptionsSchema } from './trace/trace-options.js'

const connecting = (options: object) => parseClientOptions(clientOptionsSchema, options, 'connect')
const producing = (options: object) => parseClientOptions(producerOptionsSchema, options, 'producer')
const consuming = (options: object) =>
  parseConsumerOptions({ group: 'g', subscribe: { t: '*' }, handle: () => undefined, ...options })
const pulling = (options: object) =>
  parsePullConsumerOptions({ group: 'g', subscribe: { t: '*' }, ...options })

describe("the names of Apache's client", () => {
  it.each([
    ['connect', connecting, 'namesrvAddr', 'nameservers'],
    ['connect', connecting, 'traceTopic', 'trace.topic'],
    ['producer', producing, 'retryTimesWhenSendFailed', 'sendRetriesMax'],
    ['consumer', consuming, 'maxReconsumeTimes', 'retriesMax'],
    ['pull consumer', pulling, 'pullThresholdForQueue', 'pullThresholdMessages'],
  ] as const)('are refused by %s with ours: %s', (subject, parse, apache, here) => {
    const options = { nameservers: 'a:1', [apache]: 1 }
    expect(() => parse(options)).toThrow(`"${apache}" is called "${here}" here`)
    expect(() => parse(options)).toThrow(`${subject}: `)
  })

  it('are unknown where the option is none of theirs', () => {
    expect(() => consuming({ sendMsgTimeout: 1 })).toThrow('consumer: unknown option "sendMsgTimeout"')
    expect(() => producing({ constructor: 1 })).toThrow('producer: unknown option "constructor"')
  })

  it('stand for options there are', () => {
    const names = [
      clientOptionsSchema,
      transactionProducerOptionsSchema,
      consumerOptionsSchema,
      pullConsumerOptionsSchema,
    ].flatMap(({ shape }) => Object.keys(shape))
    const ofTrace = Object.keys(traceOptionsSchema.shape).map((name) => `trace.${name}`)
    expect([...names, ...ofTrace]).toEqual(expect.arrayContaining([...optionsByApacheName.values()]))
    for (const apache of optionsByApacheName.keys()) expect(names).not.toContain(apache)
  })
})
