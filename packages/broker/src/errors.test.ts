import { Refusal } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { expect, it } from 'vitest'
import { brokerErrors, refusals } from './errors.js'
import { accessRefusals } from './refusals/access-refusals.js'
import { administrationRefusals } from './refusals/administration-refusals.js'
import { consumeRefusals } from './refusals/consume-refusals.js'
import { filterRefusals } from './refusals/filter-refusals.js'
import { sendRefusals } from './refusals/send-refusals.js'
import { timerRefusals } from './refusals/timer-refusals.js'

it('has each code in one table only', () => {
  const tables = [
    accessRefusals,
    filterRefusals,
    sendRefusals,
    timerRefusals,
    consumeRefusals,
    administrationRefusals,
  ]
  const codes = [...tables.flatMap((table) => Object.keys(table)), ...Object.keys(brokerErrors)]
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([])
  expect(Object.keys(refusals)).toHaveLength(codes.length - Object.keys(brokerErrors).length)
})

it('gives a refusal one code, whatever its words for the request', () => {
  const wanted = ['administer', 'consume', 'send', 'commitOffset', 'commitTransaction', 'recall'] as const
  const refused = wanted.map((to) => refusals.TOPIC_NOT_EXIST({ topic: 'orders', to }))
  expect(new Set(refused.map(({ message }) => message)).size).toBe(wanted.length)
  for (const refusal of refused) {
    expect(refusal).toBeInstanceOf(Refusal)
    expect(refusal).toMatchObject({
      code: 'TOPIC_NOT_EXIST',
      responseCode: ResponseCode.TOPIC_NOT_EXIST,
      details: { topic: 'orders' },
    })
  }
})
