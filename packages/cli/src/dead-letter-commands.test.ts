import { type Client, connect } from '@rocketeer/client'
import { countDeadLetters } from '@rocketeer/toolkit/dead-letters'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServerCommands } from './testing/server-commands.js'

let commands: ServerCommands

beforeAll(async () => {
  commands = await ServerCommands.start()
})
afterAll(() => commands?.stop())

const text = (...args: readonly string[]) => commands.text(...args)
const json = (...args: readonly string[]) => commands.json(...args)
const expectRefused = (code: 1 | 2, args: readonly string[], part: string) =>
  commands.expectRefused(code, args, part)

async function deadLetters(client: Client, group = 'billing'): Promise<number> {
  return (await countDeadLetters(client, group)).total
}

describe('rocketeer group replay', () => {
  it('delivers dead letters to their group again', async () => {
    await text('group', 'create', 'billing', '--retries', '1')
    await text('send', 'orders', 'fails at first', '--key', 'order-1')
    let fail = true
    let handled: (body: string) => void = () => {}
    const succeeded = new Promise<string>((resolve) => {
      handled = resolve
    })
    await using client = await connect({ nameservers: commands.nameserver })
    await using consumer = client.consumer({
      group: 'billing',
      subscribe: { orders: '*' },
      startFrom: 'first',
      handle: (message) => {
        if (fail) throw new Error('the database is down')
        handled(message.text())
      },
    })
    await consumer.ready
    await expect.poll(() => deadLetters(client), { timeout: 10_000 }).toBe(1)
    fail = false
    expect(await json('group', 'replay', 'billing', '--key', 'another', '--yes')).toEqual({
      replayed: 0,
      skipped: 1,
    })
    const early = ['--until', '2020-01-01', '--since', '2019-01-01']
    expect(await text('group', 'replay', 'billing', ...early, '--yes')).toBe('0 replayed, 1 left out\n')
    await expectRefused(2, ['group', 'replay', 'billing'], 'have "billing" consume 1 dead letter again')
    expect(await text('group', 'replay', 'billing', '--dry-run')).toMatch(
      /order-1 again \d fails at first\n {2}Error: the database is down\n[\s\S]*\n {4}1 .* Error: the database is down \(order-1\)\n\nTo 1 member of "billing": \S+\n1 would be replayed, 0 left out\n$/,
    )
    expect(await json('group', 'replay', 'billing', '--dry-run', '--error', 'TypeError')).toEqual({
      ...{ replayed: 0, skipped: 1, causes: [], members: [client.clientId] },
    })
    expect(await text('group', 'dead-letters', 'billing')).toMatch(
      /^since +key +attempts +died of\n20[^\n]* order-1 +2 +Error: the database is down\n$/,
    )
    const [listed] = await json('group', 'dead-letters', 'billing', '--key', 'order-1')
    expect(listed).toMatchObject({
      ...{
        body: 'fails at first',
        replayed: false,
        error: { name: 'Error', message: 'the database is down' },
      },
      failures: { attempts: [{ reconsumeTimes: 0 }, { reconsumeTimes: 1 }], dropped: 0 },
    })
    expect(await text('group', 'dead-letters', 'billing', '--attempts')).toMatch(
      /\n {2}dead since .*\n {2}20.* to 20.*, 2 times, up to \d+ ms, \S+\n {4}Error: the database is down\n$/,
    )
    expect(await text('group', 'dead-letters', 'billing', '--error', 'TypeError')).toBe('No dead letters.\n')
    expect(await json('group', 'dead-letters', 'billing', '--by', 'error')).toMatchObject({
      ...{ count: 1, causes: [{ error: { name: 'Error', message: '' }, count: 1 }] },
    })
    const life = await text('message', 'follow', 'order-1', 'orders')
    expect(life).toMatch(
      /billing: dead letter\n.*retry 1 at broker-a.*, taken\n.*became a dead letter at broker-a/,
    )
    const since = ['--since', String(Date.now() - 60_000), '--key', 'order-1', '--rate', '1000']
    expect(await text('group', 'replay', 'billing', ...since, '--yes')).toBe('1 replayed, 0 left out\n')
    expect(await succeeded).toBe('fails at first')
    expect(await text('group', 'replay', 'billing')).toBe('0 replayed, 0 left out\n')
    expect(await text('group', 'dead-letters', 'billing')).toBe('No dead letters.\n')
    expect(await text('group', 'dead-letters', 'billing', '--all')).toMatch(
      /^since +replayed +key +attempts +died of\n20[^\n]* yes +order-1 +2 +Error: the database is down\n$/,
    )
    await consumer.close()
    // The dead letter is found by the key as well, and is no message of its own.
    const lives = await json('message', 'follow', 'order-1')
    expect(lives).toHaveLength(1)
    const [{ groups }] = lives
    expect(groups).toMatchObject([{ group: 'billing', state: 'consumed', members: [] }])
    const kinds = groups[0].copies.map((copy: { kind: string }) => copy.kind)
    expect(kinds).toEqual(['retry', 'dead-letter', 'replay'])
  })

  it('leaves out what somebody parked or dropped, which dead-letters shows with the reason', async () => {
    await using client = await connect({ nameservers: commands.nameserver })
    const handled: string[] = []
    let fail = true
    await makeDeadLetters(client, 'points', 3, (key) => {
      if (fail) throw new RangeError(`no points for ${key}`)
      handled.push(key)
    })
    fail = false
    const decide = ['group', 'dead-letters', 'points', '--key', 'points-0']
    await expectRefused(2, [...decide, '--drop'], '--reason')
    await expectRefused(2, [...decide, '--drop', '--reason', 'refunded'], 'drop 1 dead letter of "points"')
    expect(await text(...decide, '--drop', '--reason', 'refunded', '--dry-run')).toMatch(
      / points-0 +1 +RangeError: no points for points-0\n1 dead letter would be dropped\n$/,
    )
    expect(await text(...decide, '--drop', '--reason', 'refunded', '--yes')).toBe('1 dead letter dropped\n')
    const { deadLetters } = await client.admin().deadLetters.page('points', { key: 'points-1' })
    const { messageId } = deadLetters[0]!.message
    const park = ['group', 'dead-letters', 'points', '--id', messageId, '--park', '--reason', 'TICKET-7']
    expect(await json(...park, '--yes')).toEqual({ parked: 1 })
    const listed = await text('group', 'dead-letters', 'points')
    expect(listed).toMatch(/^since +decided +key /)
    const lines = [/ dropped: refunded +points-0 /, / parked: TICKET-7 +points-1 /, / [ -]+points-2 /]
    for (const line of lines) expect(listed).toMatch(line)
    expect(await text('group', 'replay', 'points', '--yes')).toBe('1 replayed, 2 left out\n')
    await expect.poll(() => handled).toEqual(['points-2'])
    expect(await text('group', 'replay', 'points', '--parked', '--yes')).toBe('1 replayed, 0 left out\n')
    await expect.poll(() => handled).toEqual(['points-2', 'points-1'])
  })

  it('shows the first of many dead letters before a replay, and all by what they died of', async () => {
    await using client = await connect({ nameservers: commands.nameserver })
    await makeDeadLetters(client, 'parcels', 30, (key) => {
      throw new Error(`no address for ${key}`)
    })
    const plan = await text('group', 'replay', 'parcels', '--dry-run')
    expect(plan.match(/^20.* parcels-\d+ .*x$/gm)).toHaveLength(20)
    expect(plan).toContain('The first 20 of 30 dead letters; --limit shows more.')
    expect(plan).toMatch(/\n +30 .* Error: no address for parcels-/)
    expect(plan).toMatch(/\n30 would be replayed, 0 left out\n$/)
  })
})

/** Messages `<group>-0` and so on, on which the group's consumer, which goes on, calls `handle` with the key. */
async function makeDeadLetters(
  client: Client,
  group: string,
  count: number,
  handle: (key: string) => void,
): Promise<void> {
  const topic = `for-${group}`
  await client.admin().topics.create(topic, { queues: 1 })
  const producer = client.producer()
  for (let n = 0; n < count; n++) await producer.send({ topic, key: `${group}-${n}`, body: 'x' })
  client.consumer({
    group,
    subscribe: { [topic]: '*' },
    startFrom: 'first',
    retriesMax: 0,
    handle: (message) => handle(message.key!),
  })
  await expect.poll(() => deadLetters(client, group), { timeout: 10_000 }).toBe(count)
}
