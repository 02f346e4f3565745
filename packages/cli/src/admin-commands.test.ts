import { connect } from '@rocketeer/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rocketeer } from './testing/command.js'
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

/** Five messages in one queue, of which `group` has consumed two. */
async function consumeSome(topic: string, group: string): Promise<void> {
  await using client = await connect({ nameservers: commands.nameserver })
  const admin = client.admin()
  await admin.topics.create(topic, { queues: 1 })
  await admin.groups.create(group)
  const producer = client.producer({ group: 'shop' })
  for (const amount of ['1', '2', '3', '4', '5'])
    await producer.send({ topic, body: `m${amount}`, properties: { amount } })
  const [queue] = await admin.topics.queues(topic)
  await admin.offsets.commit(group, queue!, 2)
}

describe('rocketeer consume --sql', () => {
  it('prints messages that meet the condition, and shows where a condition is wrong', async () => {
    await consumeSome('priced', 'priced-readers')
    const consume = ['consume', 'priced', '--from', 'first', '--count', '2']
    const printed = await text(...consume, '-g', 'rich', '--sql', 'amount BETWEEN 4 AND 9')
    expect(printed).toMatch(/ m4\n.* m5\n$/)
    await expectRefused(
      1,
      [...consume, '-g', 'wrong', '--sql', 'amount >'],
      'the SQL92 expression is wrong at line 1',
    )
    await expectRefused(2, [...consume, '-g', 'both', '--sql', 'a = 1', '--tag', 'b'], 'cannot be used with')
  })
})

describe('rocketeer group lag', () => {
  it('shows groups and topics, the furthest behind first', async () => {
    await consumeSome('behind', 'behind-readers')
    expect(await json('group', 'lag', 'behind-readers')).toEqual([
      {
        group: 'behind-readers',
        lag: 3,
        popped: 0,
        retries: { ready: 0, delayed: 0, partial: false },
        deadLetters: { messages: 0, stored: 0 },
        members: 0,
        topics: [{ topic: 'behind', queues: 1, lag: 3, lagMax: 3 }],
      },
    ])
    const lags = (await json('group', 'lag')).map(({ lag }: { lag: number }) => lag)
    expect(lags).toEqual([...lags].sort((a, b) => b - a))
    expect(await text('group', 'lag')).toMatch(/behind-readers +3 +behind +1 +3 +3 +0 +0 +0\n/)
    await consumeSome('behind-too', 'behind-readers')
    const rows = (await text('group', 'lag', 'behind-readers')).split('\n')
    expect(rows.filter((row) => row.startsWith('behind-readers '))).toHaveLength(2)
    await expectRefused(1, ['group', 'lag', 'behind-reader'], 'Did you mean "behind-readers"?')
  })
})

describe('rocketeer group clone', () => {
  it('starts a group at the offsets of another one', async () => {
    await consumeSome('cloned', 'first-readers')
    const offsets = [expect.objectContaining({ offset: 2 })]
    expect(await json('group', 'clone', 'first-readers', 'second-readers', 'cloned', '--dry-run')).toEqual(
      offsets,
    )
    await expectRefused(1, ['group', 'show', 'second-readers'], 'no consumer group')
    expect(await text('group', 'clone', 'first-readers', 'second-readers')).toMatch(
      /cloned +broker-a +0 +2 +3\n/,
    )
    const rest = await text('consume', 'cloned', '-g', 'second-readers', '--count', '3')
    expect(rest).toMatch(/ m3\n.* m4\n.* m5\n$/)
    await expectRefused(2, ['group', 'clone', 'first-readers', 'first-readers'], 'name two groups')
    await expectRefused(1, ['group', 'clone', 'nobody', 'x'], 'no consumer group "nobody"')
    await expectRefused(2, ['group', 'clone', 'first-readers', 'second-readers'], 'lose its own. Give --yes')
    await text('group', 'clone', 'first-readers', 'second-readers', '--yes')
  })

  it('refuses a group whose members would write their own offsets', async () => {
    await using client = await connect({ nameservers: commands.nameserver })
    await using consumer = client.consumer({
      group: 'running',
      subscribe: { cloned: '*' },
      handle: () => undefined,
    })
    await consumer.ready
    await expectRefused(1, ['group', 'clone', 'first-readers', 'running'], 'members of "running" are running')
  })
})

describe('rocketeer group config', () => {
  it('changes the given settings and leaves the others', async () => {
    await text('group', 'create', 'set', '--retries', '3')
    expect(await text('group', 'config', 'set', '--no-consume')).toMatch(/may consume +no\n/)
    expect(await json('group', 'config', 'set', '--no-broadcast')).toMatchObject({
      retriesMax: 3,
      allowConsuming: false,
      allowBroadcasting: false,
    })
    expect(await json('group', 'config', 'set', '--consume')).toMatchObject({ allowConsuming: true })
    await expectRefused(1, ['group', 'config', 'sett'], 'Did you mean "set"?')
    expect(await text('group', 'config', 'set', '--retries', '0')).toMatch(/^retries +0\n/m)
    await expectRefused(
      2,
      ['group', 'config', 'set', '--retries', 'x'],
      'A whole number from 0 on is needed.',
    )
  })
})

describe('rocketeer topic create', () => {
  it('changes only what is given of a topic there is: one that is drained stays so', async () => {
    await text('topic', 'create', 'kept-drained', '--queues', '3', '--permission', 'r', '--type', 'FIFO')
    const create = ['topic', 'create', 'kept-drained', '--queues', '5', '-n', commands.nameserver]
    expect(await rocketeer(create)).toMatchObject({
      code: 0,
      stdout: 'kept-drained is on broker-a\n',
      stderr: expect.stringContaining('kept-drained stays r on broker-a: --permission rw'),
    })
    expect(await text('topic', 'route', 'kept-drained')).toMatch(/ 5 +5 +r\n[\s\S]*FIFO/)
    await text('topic', 'create', 'kept-drained', '--permission', 'rw')
    expect(await text('topic', 'route', 'kept-drained')).toMatch(/ 5 +5 +rw\n/)
  })
})

describe('rocketeer group create', () => {
  it('changes only what is given of a group there is: one that may not consume stays so', async () => {
    await text('group', 'create', 'kept-paused', '--retries', '3')
    await text('group', 'config', 'kept-paused', '--no-consume')
    await text('group', 'create', 'kept-paused')
    const paused = { retriesMax: 3, allowConsuming: false }
    expect(await json('group', 'config', 'kept-paused')).toMatchObject(paused)
    await text('group', 'create', 'kept-paused', '--retries', '4')
    expect(await json('group', 'config', 'kept-paused')).toMatchObject({ ...paused, retriesMax: 4 })
  })
})

describe('rocketeer topic permission', () => {
  it('stops sends, and leaves queues and type as they are', async () => {
    await text('topic', 'create', 'paused', '--queues', '3', '--type', 'FIFO')
    expect(await text('topic', 'permission', 'paused', 'r')).toMatch(/broker-a +rw +r\n/)
    await expectRefused(1, ['send', 'paused', 'x'], 'paused')
    expect(await json('topic', 'permission', 'paused', 'rw', '--broker', 'broker-a')).toEqual({
      topic: 'paused',
      brokers: [{ brokerName: 'broker-a', before: 4, after: 6 }],
    })
    expect(await text('topic', 'route', 'paused')).toMatch(/ 3 +3 +rw\n[\s\S]*FIFO/)
    await expectRefused(
      1,
      ['topic', 'permission', 'paused', 'r', '-b', 'broker-b'],
      'Did you mean "broker-a"?',
    )
    await expectRefused(1, ['topic', 'permission', 'pausedd', 'r'], 'Did you mean "paused"?')
  })
})

describe('rocketeer cluster set', () => {
  it('changes a running broker, which cluster config shows', async () => {
    expect(
      await text('cluster', 'set', 'broker-a', 'fileReservedTime=48', 'defaultTopicQueueNums=5'),
    ).toMatch(/fileReservedTime +72 +48\ndefaultTopicQueueNums +8 +5\n/)
    const config = await text('cluster', 'config', 'broker-a')
    expect(config).toMatch(
      /^# changed while running, kept in .*broker-updates\.conf:\n# defaultTopicQueueNums fileRes/,
    )
    expect(config).toContain('\nfileReservedTime=48\n')
    await expectRefused(
      1,
      ['cluster', 'set', 'broker-a', 'flushDiskType=SYNC_FLUSH'],
      'cannot be changed while',
    )
    await expectRefused(1, ['cluster', 'set', 'broker-a', 'fileReservedTime=long'], 'not a whole number')
    await expectRefused(
      1,
      ['cluster', 'set', 'broker-a', 'fileReservedHours=48'],
      'is called "fileReservedTime"',
    )
    await expectRefused(2, ['cluster', 'set', 'broker-a', 'fileReservedTime'], 'name=value is needed')
    await expectRefused(1, ['cluster', 'set', 'broker-b', 'a=b'], 'in this cluster. Did you mean "broker-a"?')
    await expectRefused(
      1,
      ['cluster', 'set', 'broker-a', 'fileReservdTime=1'],
      '"fileReservdTime" is not a known property; did you mean "fileReservedTime"?',
    )
  })
})

describe('rocketeer cluster pending', () => {
  it('counts messages that wait for their delivery time, and open transactions', async () => {
    await text('send', 'later', 'x', '--deliver-after', '2h', '--count', '3')
    await using client = await connect({ nameservers: commands.nameserver })
    await using producer = client.transactionProducer({ group: 'payers', check: async () => 'unknown' })
    await producer.send({ topic: 'paid', body: 'half' }, async () => 'unknown')
    expect(await json('cluster', 'pending', 'broker-a')).toEqual(
      expect.arrayContaining([
        { broker: 'broker-a', kind: 'time', topic: 'later', messages: 3 },
        { broker: 'broker-a', kind: 'transaction', messages: 1 },
      ]),
    )
    expect(await text('cluster', 'pending')).toMatch(/broker-a +time +later +- +3\n/)
    await expectRefused(1, ['cluster', 'pending', 'broker-z'], 'broker-z')
  })
})
