import { parseOptions } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { clientIdOf, clientOptionsSchema } from './client-options.js'

const parse = (options: object) => parseOptions(clientOptionsSchema, options, 'connect')

describe('the options of connect', () => {
  it('takes nameservers as a list or as one text', () => {
    expect(parse({ nameservers: ['a:9876', 'b:9876'] }).nameservers).toEqual(['a:9876', 'b:9876'])
    expect(parse({ nameservers: 'a:9876; b:9876;' }).nameservers).toEqual(['a:9876', 'b:9876'])
  })

  it.each([
    {},
    { nameservers: [] },
    { nameservers: '' },
    { nameservers: 'a' },
    { nameservers: 'a:1', nope: 1 },
    { nameservers: 'a:1', trace: 'yes' },
    { nameservers: 'a:1', trace: null },
    { nameservers: 'a:1', trace: { nope: 1 } },
    { nameservers: 'a:1', trace: { batchSize: 0 } },
    { nameservers: 'a:1', trace: { waitingBytesMax: 1_000 } },
    { nameservers: 'a:1', trace: { topic: 'a b' } },
    { nameservers: 'a:1', trace: { topic: 'RMQ_SYS_TRANS_HALF_TOPIC' } },
  ])('refuses %j', (options) => {
    expect(() => parse(options)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })

  it('traces when told to', () => {
    const traceOf = (trace?: boolean | object) => parse({ nameservers: 'a:1', trace }).trace
    const defaults = { topic: 'RMQ_SYS_TRACE_TOPIC', batchSize: 10, flushIntervalMs: 5_000 }
    expect([traceOf(), traceOf(false)]).toEqual([undefined, undefined])
    expect(traceOf(true)).toMatchObject(defaults)
    expect(traceOf({ topic: 'own' })).toMatchObject({ ...defaults, topic: 'own' })
    expect(() => traceOf({ batchSize: 'ten' })).toThrow(/"trace\.batchSize": /)
    expect(() => traceOf({ nope: 1 })).toThrow('unknown option "trace.nope"')
  })

  it('gives every client an id of its own unless told', () => {
    const config = parse({ nameservers: 'a:1' })
    expect(clientIdOf(config)).toMatch(/^[\d.]+@\d+#/)
    expect(clientIdOf(config)).not.toBe(clientIdOf(config))
    expect(clientIdOf(parse({ nameservers: 'a:1', clientId: 'me' }))).toBe('me')
    expect(clientIdOf(parse({ nameservers: 'a:1', instanceName: 'shop' }))).toMatch(/@shop$/)
  })
})
