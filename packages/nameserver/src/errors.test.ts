import { Refusal } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { expect, it } from 'vitest'
import { nameserverErrors, refusals } from './errors.js'

it('has each code in one table only', () => {
  expect(Object.keys(refusals).filter((code) => code in nameserverErrors)).toEqual([])
})

it('refuses with a response code and without a stack trace', () => {
  const refusal = refusals.KEY_NOT_FOUND({ namespace: 'n', key: 'k' })
  expect(refusal).toBeInstanceOf(Refusal)
  expect(refusal).toMatchObject({ code: 'KEY_NOT_FOUND', responseCode: ResponseCode.QUERY_NOT_FOUND })
  expect(refusal.stack).not.toContain('\n    at ')
})
