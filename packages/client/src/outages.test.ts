import { remotingErrors } from '@rocketeer/remoting'
import { expect, it } from 'vitest'
import { clientErrors } from './errors.js'
import { Outages } from './outages.js'
import { Problems } from './problems.js'

const closed = (address: string) =>
  remotingErrors.CONNECTION_CLOSED({ address, reason: 'the peer closed it' })
const unreachable = (address: string) =>
  clientErrors.BROKER_UNREACHABLE({ brokerName: 'b', address, nameservers: [], reason: 'connection refused' })

it('tells of each state of a connection once, and again after it has changed', () => {
  const outages = new Outages()
  const isNews = outages.newsOnly()
  const news = (...errors: unknown[]) => errors.map(isNews)
  expect(news(closed('a:1'), closed('a:1'), closed('b:1'))).toEqual([true, false, true])
  expect(news(unreachable('a:1'), unreachable('a:1'), closed('a:1'))).toEqual([true, false, false])
  outages.changed('a:1')
  expect(news(closed('a:1'), unreachable('a:1'), closed('b:1'))).toEqual([true, true, false])
})

it('tells once that no nameserver can be reached, until one was', () => {
  const outages = new Outages()
  const isNews = outages.newsOnly()
  const asked = ['n:1', 'n:2'].map((address) => ({ address, answer: 'failed' }))
  const none = () => clientErrors.NAMESERVERS_UNREACHABLE({ asked })
  expect([isNews(none()), isNews(none())]).toEqual([true, false])
  outages.changed('n:2')
  expect(isNews(none())).toBe(true)
})

it('tells of everything else each time', () => {
  const isNews = new Outages().newsOnly()
  const refused = clientErrors.BROKER_UNKNOWN({ brokerName: 'b' })
  expect([refused, refused, new Error('no'), new Error('no'), undefined].map(isNews)).not.toContain(false)
})

it('tells each consumer that listens, and the client, once', () => {
  const told: string[] = []
  const client = new Problems(() => told.push('client'), {}, new Outages())
  const parts = ['one', 'other'].map((group) => client.within({ group }, () => told.push(group) > 0))
  for (const part of parts) {
    part.report(closed('a:1'), { queueId: 0 })
    part.report(closed('a:1'), { queueId: 1 })
  }
  expect(told).toEqual(['one', 'client', 'other'])
})
