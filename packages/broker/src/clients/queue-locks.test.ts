import { type Clock, Resources, silentLogger, systemClock } from '@rocketeer/foundation'
import { expect, it, vi } from 'vitest'
import { openClients } from './clients.js'
import { QueueLocks } from './queue-locks.js'

it('a lock does not last longer by a clock that was set back', () => {
  let now = 3_600_000
  const clock = { now: () => now } as unknown as Clock
  const locks = new QueueLocks({ clock, consumers: {} as never })
  const peer = { onClose: () => {} } as never
  const queues = [{ topic: 't', brokerName: 'b', queueId: 0 }]
  expect(locks.lock('g', queues, { clientId: 'one', peer })).toEqual(queues)
  now = 0
  expect(locks.lock('g', queues, { clientId: 'two', peer })).toEqual([])
  now = 60_001
  expect(locks.lock('g', queues, { clientId: 'two', peer })).toEqual(queues)
})

it('a lock lasts as long as it should while somebody sets the time of the system', async () => {
  await using resources = new Resources()
  const { locks } = openClients({ config: {} as never, clock: systemClock, logger: silentLogger }, resources)
  const peer = { onClose: () => {} } as never
  const queues = [{ topic: 't', brokerName: 'b', queueId: 0 }]
  expect(locks.lock('g', queues, { clientId: 'one', peer })).toEqual(queues)
  const time = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 2 * 3_600_000)
  expect(locks.lock('g', queues, { clientId: 'two', peer })).toEqual([])
  time.mockRestore()
})
