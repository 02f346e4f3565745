import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, connect } from '@rocketeer/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rocketeer } from './testing/command.js'
import { ServerCommands } from './testing/server-commands.js'

let commands: ServerCommands
let client: Client
let directory: string

beforeAll(async () => {
  commands = await ServerCommands.start()
  client = await connect({ nameservers: commands.nameserver })
  directory = await mkdtemp(join(tmpdir(), 'rocketeer-backlog-'))
})
afterAll(async () => {
  await client?.close()
  await commands?.stop()
  await rm(directory, { recursive: true, force: true })
})

const text = (...args: readonly string[]) => commands.text('backlog', ...args)
const json = (...args: readonly string[]) => commands.json('backlog', ...args)
const expectRefused = (code: 1 | 2, args: readonly string[], part: string) =>
  commands.expectRefused(code, ['backlog', ...args], part)

/** A group that has consumed nothing of twenty messages. */
async function backlog(topic: string, group: string): Promise<void> {
  const { topics, groups, offsets } = client.admin()
  await topics.create(topic, { queues: 2 })
  await groups.create(group)
  const producer = client.producer()
  for (let i = 0; i < 20; i++) await producer.send({ topic, key: `order-${i}`, body: `${i}` })
  for (const queue of await topics.queues(topic)) await offsets.commit(group, queue, 0)
}

describe('rocketeer backlog show', () => {
  it('shows messages, size and time to drain, what is stuck, and what would help', async () => {
    await backlog('shown', 'show-billing')
    const shown = await text('show', 'show-billing', '--sample', '1s')
    expect(shown).toMatch(/\nshown +2 +0 +20 +\d\.\d KiB +0 +0 +never\n/)
    expect(shown).toMatch(/\nshown +broker-a +1 +10 .* stuck\n/)
    expect(shown).toContain('Nobody consumes "shown": start members of the group.')
    expect(await json('show', 'show-billing', 'shown', '--sample', '1s')).toMatchObject({
      group: 'show-billing',
      topics: [{ topic: 'shown', messages: 20, bytesAreExact: true, secondsToDrain: 'never' }],
      advice: [{ kind: 'start-members' }],
    })
  })

  it('knows what there is not', async () => {
    await expectRefused(1, ['show', 'nobody'], 'there is no consumer group "nobody"')
    await expectRefused(1, ['show', 'show-billing', 'nowhere'], 'there is no topic "nowhere"')
    await expectRefused(2, ['show', 'show-billing', 'a b'], 'a b')
    await client.admin().groups.create('fresh')
    expect(await text('show', 'fresh', '--sample', '1s')).toBe('The group has not consumed anything yet.\n')
  })
})

describe('rocketeer backlog discard and restore', () => {
  it('counts, asks, notes, and gives back', async () => {
    await backlog('old', 'discard-billing')
    const audit = join(directory, 'audit.jsonl')
    const discard = ['discard', 'discard-billing', 'old', '--to-latest']
    expect(await text(...discard, '--dry-run')).toMatch(/\n20 messages would be discarded\n$/)
    await expectRefused(2, discard, '--audit FILE')
    await expectRefused(
      2,
      [...discard, '--audit', audit],
      'this would have "discard-billing" skip 20 messages of "old"',
    )
    await expectRefused(2, ['discard', 'discard-billing', 'old', '--dry-run'], '--older-than or --to-latest')
    expect(await text(...discard, '--audit', audit, '--body', '--yes')).toMatch(
      /20 messages discarded, noted in .*audit.jsonl\n$/,
    )
    expect((await readFile(audit, 'utf8')).trim().split('\n')).toHaveLength(22)
    await expectRefused(1, [...discard, '--audit', audit, '--yes'], 'name another one')
    expect(await text('restore', audit, '--dry-run')).toContain('consume 20 messages of "old" again')
    expect((await client.admin().groups.progress('discard-billing', 'old')).lag).toBe(0)
    expect(await json('restore', audit, '--yes')).toMatchObject({ messages: 20 })
    expect((await client.admin().groups.progress('discard-billing', 'old')).lag).toBe(20)
    expect(await json('discard', 'discard-billing', 'old', '--older-than', '1h', '--dry-run')).toMatchObject({
      messages: 0,
    })
    await expectRefused(2, ['restore', join(directory, 'none')], 'there is no such file')
    await expectRefused(2, ['restore', directory], directory)
  })
})

describe('rocketeer backlog spread and gather', () => {
  it('says the steps, forwards, and ends when the wide topic is consumed', async () => {
    await backlog('narrow', 'spread-billing')
    const spread = ['spread', 'spread-billing', 'narrow', '--queues', '8']
    const steps = await text(...spread, '--dry-run')
    expect(steps).toContain('makes "narrow_wide" with 8 queues instead of 2, and forwards 20 messages')
    expect(steps).toContain('rocketeer backlog gather spread-billing narrow')
    await expectRefused(2, spread, 'this would forward 20 messages of "narrow" to "narrow_wide"')
    await expectRefused(1, ['spread', 'spread-billing', 'narrow', '--queues', '2', '--dry-run'], '2 queues')
    const { code, stdout, stderr } = await rocketeer([
      'backlog',
      ...spread,
      '--yes',
      '-n',
      commands.nameserver,
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('20 forwarded to "narrow_wide", 0 left')
    await expectRefused(
      1,
      ['gather', 'spread-billing', 'narrow', '--dry-run'],
      'has not consumed 20 messages',
    )
    const { offsets, topics } = client.admin()
    for (const queue of await topics.queues('narrow_wide'))
      await offsets.commit('spread-billing', queue, await offsets.max(queue))
    expect(await text('gather', 'spread-billing', 'narrow', '--yes')).toBe(
      '"narrow_wide" is deleted.\n"spread-billing" goes on in "narrow", where 0 messages wait.\n',
    )
  })
})
