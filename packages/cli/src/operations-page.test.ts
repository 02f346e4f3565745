import { connect } from '@rocketeer/client'
import { countDeadLetters } from '@rocketeer/toolkit/dead-letters'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { rocketeer } from './testing/command.js'
import { agreedWordsOf, commandsOfPage } from './testing/page-commands.js'
import { ServerCommands } from './testing/server-commands.js'

const pages = ['docs/operations.md', 'docs/zh-CN/operations.md']

let server: ServerCommands
let commands: string[]

beforeAll(async () => {
  commands = await commandsOfPage(pages[0]!)
  server = await ServerCommands.start()
  await arrangeScene()
}, 60_000)
afterAll(() => server?.stop())

/** Three orders, of which the group billing has one as a dead letter. */
async function arrangeScene(): Promise<void> {
  await using client = await connect({ nameservers: server.nameserver })
  await client.admin().topics.create('order-paid', { queues: 4 })
  await client.admin().groups.create('billing', { retriesMax: 1 })
  const producer = client.producer({ group: 'shop' })
  for (const key of ['order-000041', 'order-000042', 'order-000043'])
    await producer.send({ topic: 'order-paid', key, body: key })
  await using consumer = client.consumer({
    group: 'billing',
    subscribe: { 'order-paid': '*' },
    startFrom: 'first',
    handle: (message) => {
      if (message.keys.includes('order-000042')) throw new Error('the database is down')
    },
  })
  await consumer.ready
  const dead = async () => expect((await countDeadLetters(client, 'billing')).total).toBe(1)
  await vi.waitFor(dead, { timeout: 30_000, interval: 200 })
}

/** What some commands of the page must print; the others must only succeed. */
const shows: Readonly<Record<string, RegExp>> = {
  'cluster show': /broker-a/,
  'message follow order-000042': /billing: dead letter/,
  'message key order-paid order-000042': /order-000042/,
  // Before the replay a dead letter, afterwards a retry.
  'group lag': /billing +(0 +order-paid +4 +0 +0 +0 +1|1 +order-paid +16 +0 +0 +1 +0) +0\n/,
  'cluster pending': /broker-a +dead letter +- +billing +1\n/,
  'group show billing': /order-paid +broker-a[\s\S]*\n0 messages behind\n1 dead letter since 20/,
  'topic tail %DLQ%billing --from first --count 1': /order-000042/,
  'group dead-letters billing --by message': /\n +1 .* Error: the database is down \(order-000042\)\n/,
  'group replay billing --dry-run': /1 would be replayed/,
  'group replay billing --key order-000042': /^1 replayed/,
  'group replay billing --rate 50': /^0 replayed/,
  'group config billing --no-consume': /may consume +no/,
  'topic permission order-paid r': / rw +r\n/,
  'cluster config broker-a': /\nfileReservedTime=48\n/,
}

describe('the page of operations', () => {
  it('shows the same commands in both languages', async () => {
    expect(await commandsOfPage(pages[1]!)).toEqual(commands)
    expect(Object.keys(shows).filter((command) => !commands.includes(command))).toEqual([])
  })

  it('shows commands that work, in the order they are shown', async () => {
    for (const command of commands) {
      // There is one broker here.
      const words = agreedWordsOf(command.replace('broker-b', 'broker-a'))
      const { code, stdout, stderr } = await rocketeer(words, '', { NAMESRV_ADDR: server.nameserver })
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: expect.any(String) })
      if (shows[command] !== undefined) expect(stdout, command).toMatch(shows[command])
    }
  }, 180_000)
})
