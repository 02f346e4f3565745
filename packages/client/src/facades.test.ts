import { EventEmitter } from 'node:events'
import { parseOptions } from '@rocketeer/foundation'
import { TemporaryDirectory } from '@rocketeer/test-kit'
import { afterAll, describe, expect, it } from 'vitest'
import { Client } from './client.js'
import { clientOptionsSchema } from './client-options.js'
import { Session } from './session.js'

/** What editors propose and users come to rely on: a new name here is a promise. */
describe('users see', () => {
  // Nothing listens there: what is made here never joins a group.
  const options = { nameservers: '127.0.0.1:1' }
  const client = new Client(new Session(parseOptions(clientOptionsSchema, options, 'connect')))
  afterAll(() => client.close())

  it('of a client what it makes', () => {
    expect(visibleOf(client)).toEqual([
      'admin',
      'clientId',
      'close',
      'consumer',
      'producer',
      'pull',
      'pullConsumer',
      'transactionProducer',
    ])
  })

  it('of a producer the ways to send', () => {
    const sending = [
      'close',
      'group',
      'journal',
      'recall',
      'reply',
      'request',
      'send',
      'sendBatch',
      'sendOneway',
    ]
    expect(visibleOf(client.producer())).toEqual(sending)
  })

  it('of a journal how it is, and what can be waited for', async () => {
    const directory = await TemporaryDirectory.create()
    const producer = client.producer({ journal: directory.path })
    expect(visibleOf(producer.journal)).toEqual(['drained', 'ready', 'retrySetAside', 'status'])
    await producer.close()
    await directory.remove()
  })

  it('of a transaction producer sending and being ready', () => {
    const producer = client.transactionProducer({ group: 'orders', check: () => 'unknown' })
    expect(visibleOf(producer)).toEqual(['close', 'group', 'ready', 'send'])
  })

  it('of a consumer its queues, what waits, and pausing', () => {
    const consumer = client.consumer({ group: 'coupon', subscribe: { orders: '*' }, handle: () => {} })
    expect(visibleOf(consumer)).toEqual([
      'backlog',
      'close',
      'group',
      'pause',
      'popBacklog',
      'popCounts',
      'queues',
      'ready',
      'resume',
    ])
  })

  it('of a pull consumer polling, offsets, and pausing', () => {
    const consumer = client.pullConsumer({ group: 'audit', subscribe: { orders: '*' } })
    expect(visibleOf(consumer)).toEqual([
      'assign',
      'backlog',
      'close',
      'commit',
      'group',
      'offsetForTime',
      'pause',
      'poll',
      'position',
      'queues',
      'ready',
      'resume',
      'seek',
      'seekToFirst',
      'seekToLast',
      'seekToTime',
    ])
  })
})

describe('operators see, for each noun,', () => {
  const options = { nameservers: '127.0.0.1:1' }
  const client = new Client(new Session(parseOptions(clientOptionsSchema, options, 'connect')))
  afterAll(() => client.close())
  const admin = client.admin()

  it('what they can do', () => {
    const nouns = ['brokers', 'deadLetters', 'groups', 'messages', 'offsets', 'orderQueues', 'topics']
    expect(visibleOf(admin)).toEqual(nouns)
    expect(visibleOf(admin.deadLetters)).toEqual(['causes', 'page', 'read'])
    expect(visibleOf(admin.brokers)).toEqual([
      'config',
      'configure',
      'diff',
      'drain',
      'figures',
      'list',
      'pending',
      'status',
      'undrain',
    ])
    expect(visibleOf(admin.groups)).toEqual([
      'consuming',
      'create',
      'deadLetters',
      'delete',
      'lag',
      'lags',
      'list',
      'members',
      'progress',
      'requestModes',
      'setRequestMode',
      'update',
    ])
    expect(visibleOf(admin.messages)).toEqual(['at', 'byId', 'byKey', 'lives', 'redeliver', 'traces'])
    const offsets = ['at', 'bytes', 'commit', 'committed', 'copy', 'max', 'min', 'planReset', 'reset']
    expect(visibleOf(admin.offsets)).toEqual(offsets)
    expect(visibleOf(admin.orderQueues)).toEqual(['add', 'delete', 'get', 'set', 'silentNameservers'])
    const topics = ['create', 'delete', 'list', 'queues', 'route', 'stats', 'type', 'update']
    expect(visibleOf(admin.topics)).toEqual(topics)
  })
})

/** Names of an object's own and inherited members, those of every event emitter left out. */
function visibleOf(facade: object): string[] {
  const names = new Set<string>()
  for (let each = facade; each !== EventEmitter.prototype && each !== Object.prototype; ) {
    for (const name of Object.getOwnPropertyNames(each)) names.add(name)
    each = Object.getPrototypeOf(each) as object
  }
  for (const name of ['constructor', ...Object.getOwnPropertyNames(new EventEmitter())]) names.delete(name)
  return [...names].sort()
}
