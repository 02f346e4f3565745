import { type Client, connect, createMessageId } from '@rocketeer/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Outcome, rocketeer } from './testing/command.js'
import { ServerCommands } from './testing/server-commands.js'

let old: ServerCommands
let fresh: ServerCommands
let from: Client
let to: Client
beforeAll(async () => {
  ;[old, fresh] = await Promise.all([ServerCommands.start(), ServerCommands.start()])
  from = await connect({ nameservers: old.nameserver })
  to = await connect({ nameservers: fresh.nameserver })
})
afterAll(async () => {
  await Promise.all([from?.close(), to?.close()])
  await Promise.all([old?.stop(), fresh?.stop()])
})

const migrate = (...args: readonly string[]): Promise<Outcome> =>
  rocketeer(['migrate', ...args, '--from', old.nameserver, '--to', fresh.nameserver])

/** Standard output of a command that ends with this code. */
async function text(code: number, ...args: readonly string[]): Promise<string> {
  const outcome = await migrate(...args)
  expect({ args, ...outcome, stdout: '' }).toEqual({ args, code, stdout: '', stderr: '' })
  return outcome.stdout
}

const json = async (code: number, ...args: readonly string[]) =>
  JSON.parse(await text(code, ...args, '--json'))

async function expectRefused(code: 1 | 2, args: readonly string[], part: string): Promise<void> {
  const { stdout, stderr, ...outcome } = await migrate(...args)
  expect({ args, ...outcome, stdout }).toEqual({ args, code, stdout: '' })
  expect(stderr).toContain(part)
  expect(stderr).not.toMatch(/\n\s+at |This was not expected/)
}

describe('rocketeer migrate', () => {
  it('plans, creates, compares, copies, translates, and says when it is safe', async () => {
    const { topics, groups, offsets } = from.admin()
    await topics.create('paid', { queues: 2 })
    await groups.create('billing')
    const ids = Array.from({ length: 6 }, createMessageId)
    const send = async (client: Client, messageIds: readonly string[]) => {
      const producer = client.producer()
      for (const messageId of messageIds) await producer.send({ topic: 'paid', body: messageId, messageId })
    }
    await send(from, ids)
    for (const queue of await topics.queues('paid')) await offsets.commit('billing', queue, 1)

    const plan = await text(0, 'plan', '--topic', 'paid')
    expect(plan).toMatch(/\npaid +2 +rw +NORMAL +missing\n/)
    expect(plan).toMatch(/\nbilling +4 +0 +0 +missing\n/)
    await expectRefused(2, ['topics', '--topic', 'paid'], 'this would create 1 topic and 1 group')
    expect(await text(0, 'topics', '--topic', 'paid', '--dry-run')).toContain(
      'This would create 1 topic and 1 group.',
    )
    await expectRefused(1, ['compare', 'paid'], 'the new cluster has no topic "paid"')
    expect(await text(0, 'topics', '--topic', 'paid', '--yes')).toBe('Done: create 1 topic and 1 group.\n')
    expect(await text(0, 'topics', '--topic', 'paid')).toBe('The new cluster has all of it.\n')

    await send(to, ids.slice(0, 4))
    const range = ['--grace', '0ms', '--until', String(Date.now() + 1_000)]
    const compared = await text(1, 'compare', 'paid', ...range)
    expect(compared).toMatch(/\npaid +6 +4 +2 +0 +0 +0 +differs\n/)
    expect(compared).toMatch(new RegExp(`\\nmissing +${ids[4]} +- +broker-a \\d @ \\d`))
    expect(await json(1, 'compare', 'paid', ...range)).toMatchObject([{ missing: 2, isEqual: false }])
    const status = await text(1, 'status', 'paid', '--grace', '0ms', '--sample', '100ms')
    expect(status).toContain('It is not safe to cut over:')
    expect(status).toContain('2 messages missing in the new cluster')

    expect(await text(0, 'copy', 'paid', ...range, '--dry-run')).toBe(
      '2 messages of "paid" would be copied\n',
    )
    await expectRefused(
      2,
      ['copy', 'paid', ...range],
      'this would send 2 messages to "paid" in the new cluster',
    )
    expect(await text(0, 'copy', 'paid', ...range, '--yes')).toBe('2 messages copied\n')
    expect(await text(0, 'copy', 'paid', ...range)).toBe('0 messages of "paid" had to be copied\n')

    const planned = await text(0, 'offsets', 'billing', '--dry-run')
    expect(planned).toContain('paid: 4 messages to consume, about')
    expect(planned).toContain('Nothing was changed.')
    await expectRefused(
      2,
      ['offsets', 'billing'],
      'this would set "billing" in the new cluster to where it is',
    )
    expect(await json(0, 'offsets', 'billing', '--yes')).toMatchObject({
      group: 'billing',
      topics: [{ topic: 'paid', lag: 4, by: 'id', beginsEarlier: false }],
    })
    const safe = await text(0, 'status', 'paid', '--grace', '0ms', '--sample', '100ms')
    expect(safe).toContain('It is safe to cut over.')
    expect(safe).toMatch(/\nbilling +0 +4 +0 +0 +0 +\d +set\n/)
  })

  it('knows what there is not, and that two clusters are needed', async () => {
    await expectRefused(
      1,
      ['offsets', 'nobody', '--dry-run'],
      'the old cluster has no consumer group "nobody"',
    )
    await expectRefused(1, ['plan', '--topic', 'nowhere'], 'the old cluster has no topic "nowhere"')
    await expectRefused(2, ['compare'], "missing required argument 'topic'")
    const same = await rocketeer(['migrate', 'plan', '--from', old.nameserver, '--to', old.nameserver])
    expect(same).toMatchObject({ code: 1, stdout: '' })
    expect(same.stderr).toContain('the old and the new cluster are the same')
    const one = await rocketeer(['migrate', 'plan', '--from', old.nameserver])
    expect(one).toMatchObject({ code: 2, stdout: '' })
    expect(one.stderr).toContain('--to <nameservers>')
  })
})
