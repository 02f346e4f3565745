import { decodeProperties, encodeProperties } from '@rocketeer/protocol/record'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BROKER_PROPERTIES, scanProperties, TIMER_PROPERTIES } from './scan-properties.js'

/** Without the marks that separate properties. */
const isPlain = (text: string) => !text.includes('\u0001') && !text.includes('\u0002')

/** Names the scanner knows, names that only begin like them, and anything else. */
const name = fc.oneof(
  fc.constantFrom('TAGS', 'KEYS', 'UNIQ_KEY', 'DELAY', 'TRAN_MSG', 'CLUSTER', 'POP_CK', 'TIMER_DELAY_MS'),
  fc.constantFrom('_SYS_MSG_PRIORITY_', '_SYS_MSG_PRIORITY', '_', '__SHARDINGKEY'),
  fc.constantFrom('TAG', 'TAGSX', 'KEY', 'KEYSX', 'UNIQ_KEYS', 'DELAYED', 'CLUSTERS', 'MSG', 'T', 'K'),
  fc.string({ minLength: 1, maxLength: 8 }).filter(isPlain),
)
const value = fc.oneof(
  fc.constantFrom('', 'true', 'True', '3', '-1', '03', '3s', '12345678901'),
  fc.string({ maxLength: 12 }).filter(isPlain),
)

it('finds what a map of all properties would', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), fc.boolean(), (pairs, closed) => {
      const encoded = pairs.map(([key, text]) => encodeProperties({ [key]: text })).join('')
      const text = closed ? encoded : encoded.slice(0, -1)
      const all = new Map(Object.entries(decodeProperties(text)))
      const delay = all.get('DELAY') ?? ''
      const priority = all.get('_SYS_MSG_PRIORITY_') ?? ''
      expect(scanProperties(text)).toEqual({
        tags: all.get('TAGS'),
        keys: all.get('KEYS'),
        uniqueKey: all.get('UNIQ_KEY'),
        delayLevel: /^\d{1,9}$/.test(delay) ? Number(delay) : 0,
        transactionPrepared: all.get('TRAN_MSG')?.toLowerCase() === 'true',
        timed: [...all.keys()].some((key) => TIMER_PROPERTIES.has(key)),
        forged: [...all.keys()].some((key) => BROKER_PROPERTIES.has(key)),
        priority: /^\d+$/.test(priority) && Number(priority) < 2 ** 31 ? Number(priority) : -1,
      })
    }),
  )
})
