import { ManualClock, silentLogger } from '@rocketeer/foundation'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import { describe, expect, it } from 'vitest'
import { type Announcement, NameserverLink } from './nameserver-link.js'

function setUp() {
  const clock = new ManualClock(0)
  const sent: string[] = []
  const nameserver = { up: true, answer: Promise.resolve() }
  const link = new NameserverLink({
    address: '127.0.0.1:9876',
    clock,
    logger: silentLogger,
    send: async (_address, announcement) => {
      sent.push(nameOf(announcement))
      await nameserver.answer
      if (!nameserver.up) throw new Error('down')
    },
  })
  return { clock, sent, nameserver, link }
}

const nameOf = (announcement: Announcement) =>
  announcement === 'all' ? 'all' : [...announcement.keys()].join(',')

const topics = (...names: string[]) =>
  new Map(names.map((topicName) => [topicName, { topicName } as TopicConfig]))

describe('the link to a nameserver', () => {
  it('announces everything first, whatever was asked, and single topics after that', async () => {
    const { link, sent } = setUp()
    await link.announce(topics('a'))
    await link.announce(topics('b'))
    expect(sent).toEqual(['all', 'b'])
    expect(link.registered).toBe(true)
  })

  it('sends what came up during an announcement together, afterwards', async () => {
    const { link, sent, nameserver } = setUp()
    await link.announce('all')
    let answer = () => {}
    nameserver.answer = new Promise((resolve) => {
      answer = resolve
    })
    const announced = [
      link.announce(topics('a')),
      link.announce(topics('b')),
      link.announce(topics('c', 'b')),
    ]
    expect(sent).toEqual(['all', 'a'])
    answer()
    await Promise.all(announced)
    expect(sent).toEqual(['all', 'a', 'b,c'])
  })

  // One of these moments lies between the answer to "a" and the end of its announcement.
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    'forgets nothing that comes up %d promise jobs after an announcement began',
    async (jobs) => {
      const { link, sent } = setUp()
      await link.announce('all')
      void link.announce(topics('a'))
      for (let job = 0; job < jobs; job++) await Promise.resolve()
      void link.announce(topics('b'))
      await new Promise((resolve) => setImmediate(resolve))
      expect(sent).toEqual(['all', 'a', 'b'])
    },
  )

  it('tries again soon and then less often, and stops when closed', async () => {
    const { clock, link, sent, nameserver } = setUp()
    nameserver.up = false
    await link.announce('all')
    expect(link.registered).toBe(false)
    await clock.advance(1000 + 2000 + 4000)
    expect(sent).toHaveLength(4)
    await clock.advance(20_000)
    expect(sent).toHaveLength(4 + 4)
    nameserver.up = true
    await clock.advance(5000)
    expect(link.registered).toBe(true)
    await link.close()
    expect(clock.pending).toBe(0)
  })

  it('announces everything at once when a single topic is refused', async () => {
    const { link, sent, nameserver } = setUp()
    await link.announce('all')
    nameserver.up = false
    await link.announce(topics('a'))
    expect(sent).toEqual(['all', 'a', 'all'])
  })

  it('announces everything again when the connection is lost', async () => {
    const { clock, link, sent } = setUp()
    await link.announce('all')
    link.lost()
    expect(link.registered).toBe(false)
    await clock.advance(1000)
    expect(sent).toEqual(['all', 'all'])
    expect(link.registered).toBe(true)
  })
})
