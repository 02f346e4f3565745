import { type RemotingClient, remotingErrors } from '@rocketeer/remoting'
import { expect, it } from 'vitest'
import { Nameservers } from './nameservers.js'

it('connecting uses up the time it was given: the last round begins when that is over', async () => {
  let rounds = 0
  const remoting = {
    request: async () => {
      rounds++
      throw remotingErrors.CONNECT_FAILED({ address: 'a:9876', reason: 'refused' })
    },
  }
  const nameservers = new Nameservers({
    remoting: remoting as unknown as RemotingClient,
    addresses: ['a:9876'],
    timeoutMs: 1_000,
    random: () => 0,
  })
  // After 100 ms a pause of 200 ms would be due.
  await expect(nameservers.connect(150)).rejects.toMatchObject({
    code: 'NAMESERVERS_UNREACHABLE',
    details: { waitMs: 150 },
  })
  expect(rounds).toBe(3)
  rounds = 0
  await expect(nameservers.connect()).rejects.toMatchObject({ code: 'NAMESERVERS_UNREACHABLE' })
  expect(rounds).toBe(1)
})
