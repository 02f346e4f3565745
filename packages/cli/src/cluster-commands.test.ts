import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outputOf, RunningCommand, rocketeer } from './testing/command.js'
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

describe('rocketeer send', () => {
  it('sends one message with key, tag and properties', async () => {
    const args = ['--key', 'k1', '--tag', 'vip', '--property', 'shop=north', '--property', 'note=a=b']
    const [receipt] = await json('send', 'full', 'body', ...args)
    expect(receipt).toMatchObject({ status: 'SEND_OK', topic: 'full', queueOffset: 0 })
    expect(await json('message', 'id', receipt.messageId, 'full')).toMatchObject({
      keys: ['k1'],
      tag: 'vip',
      body: 'body',
      properties: { shop: 'north', note: 'a=b' },
    })
    const shown = await text('message', 'id', receipt.offsetMessageId)
    expect(shown).toMatch(/property shop\s+north/)
    expect(shown.endsWith('\nbody\n')).toBe(true)
  })

  it('sends each line of standard input', async () => {
    expect(await outputOf(['send', 'lines', '-n', commands.nameserver], 'a\n\nb\nc')).toBe(
      '3 messages sent\n',
    )
    const out = await json('topic', 'stats', 'lines')
    expect(out.reduce((sum: number, queue: { maxOffset: number }) => sum + queue.maxOffset, 0)).toBe(3)
  })

  it('sends the same message many times', async () => {
    expect(await text('send', 'many', 'x', '--count', '100')).toBe('100 messages sent\n')
  })

  it('refuses messages that cannot be sent', async () => {
    await Promise.all([
      expectRefused(2, ['send', 'a topic', 'x'], 'illegal characters'),
      expectRefused(2, ['send', 'full', 'x', '--property', 'alone'], 'name=value is needed'),
      expectRefused(2, ['send', 'full', 'x', '--count', '0'], 'whole number from 1'),
      expectRefused(2, ['send', 'full', 'x', '--deliver-after', 'soon'], 'such as 90s, 30m, 2h or 3d'),
      expectRefused(1, ['send', 'full', 'x', '--deliver-after', '4d'], 'timer message illegal'),
    ])
  })

  it('says which line it stopped at, and what is left to send', async () => {
    const lines = ['first', 'x'.repeat(5 * 1024 * 1024), 'third'].join('\n')
    const { code, stdout, stderr } = await rocketeer(['send', 'halves', '-n', commands.nameserver], lines)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^SEND_OK |^2 messages sent/)
    expect(stderr).toMatch(
      /^rocketeer: line 2 was not sent: .* bytes.*\. Sent: 1 to (?:1|3 except 2)\. Not tried: lines from [34] on\.\n$/,
    )
  })

  it('names a topic that was probably meant first of all', () =>
    expectRefused(
      1,
      ['topic', 'route', 'fulll'],
      'rocketeer: there is no topic "fulll". Did you mean "full"?',
    ))

  it('says that no nameserver answers', async () => {
    const { code, stderr } = await rocketeer(['send', 'hello', 'x', '-n', '127.0.0.1:1'])
    expect(code).toBe(1)
    expect(stderr).toContain('none of the nameservers can be reached (127.0.0.1:1')
  })
})

describe('rocketeer consume', () => {
  it('prints messages with a tag, once per group', async () => {
    await text('send', 'tagged', 'yes', '--tag', 'a', '--key', 'k')
    await text('send', 'tagged', 'no', '--tag', 'b')
    const args = ['consume', 'tagged', '-g', 'tag-readers', '--tag', 'a || c', '--from', 'first']
    expect(await text(...args, '--count', '1')).toMatch(/broker-a\/\d@0 #a k yes\n$/)
  })

  it('stops on Ctrl-C with exit code 0', async () => {
    await text('send', 'endless', 'x')
    const args = ['consume', 'endless', '-g', 'endless-readers', '--from', 'first', '--json']
    const consuming = new RunningCommand([...args, '-n', commands.nameserver])
    await consuming.printed(/"body":"x"/)
    expect((await consuming.stop('SIGINT')).code).toBe(0)
    const queues = await json('group', 'show', 'endless-readers')
    expect(queues).toMatchObject({ group: 'endless-readers', members: [] })
    expect(queues.queues.reduce((sum: number, queue: { lag: number }) => sum + queue.lag, 0)).toBe(0)
  })

  it('refuses bad arguments', async () => {
    await Promise.all([
      expectRefused(2, ['consume', 'tagged'], '--group'),
      expectRefused(2, ['consume', 'tagged', '-g', 'x', '--from', 'noon'], '--from'),
      expectRefused(2, ['consume', 'tagged', '-g', 'a b'], 'is not a group name'),
    ])
  })
})

describe('rocketeer topic', () => {
  it('creates, lists, routes and deletes', async () => {
    expect(await text('topic', 'create', 'made', '--queues', '5', '--permission', 'r')).toBe(
      'made is on broker-a\n',
    )
    expect(await text('topic', 'route', 'made')).toMatch(/broker-a\s+0=127\.0\.0\.1:\d+\s+5\s+5\s+r\n/)
    expect(await json('topic', 'route', 'made')).toMatchObject({ queues: [{ readQueueNums: 5, perm: 4 }] })
    expect(await json('topic', 'list')).toContain('made')
    await text('send', 'made-full', 'x', '--count', '3')
    await expectRefused(2, ['topic', 'delete', 'made-full'], 'delete "made-full" with 3 messages on broker-a')
    const plan = { topic: 'made-full', brokers: ['broker-a'], messages: 3, groups: [] }
    expect(await json('topic', 'delete', 'made-full', '--dry-run')).toEqual(plan)
    expect(await text('topic', 'delete', 'made-full', '--dry-run')).toMatch(
      /3 messages .*Nothing was changed/,
    )
    expect(await json('topic', 'list')).toContain('made-full')
    expect(await text('topic', 'delete', 'made', '--yes')).toBe('made is deleted\n')
    expect(await json('topic', 'list')).not.toContain('made')
  })

  it("shows RocketMQ's own topics only when asked", async () => {
    const names = (await text('topic', 'list')).trimEnd().split('\n')
    expect(names).not.toEqual(expect.arrayContaining(['broker-a']))
    expect(names.filter((name) => /DefaultCluster|TBW102|%RETRY%|^broker-a$/.test(name))).toEqual([])
    expect(await json('topic', 'list', '--system')).toEqual(
      expect.arrayContaining(['TBW102', 'broker-a', 'DefaultCluster']),
    )
  })

  it('keeps the queues of an order topic, and warns when nameservers do not tell clients', async () => {
    const created = await rocketeer([
      'topic',
      'create',
      'kept',
      '-q',
      '2',
      '--order',
      '-n',
      commands.nameserver,
    ])
    expect(created).toMatchObject({ code: 0, stdout: 'kept is on broker-a\n' })
    expect(created.stderr).toContain('--order-topics')
    expect(await text('topic', 'order', 'kept')).toBe('kept keeps 2 queues on broker-a\n')
    expect(await json('topic', 'order', 'kept', 'broker-a:3;broker-b:4')).toEqual({
      topic: 'kept',
      queues: { 'broker-a': 3, 'broker-b': 4 },
    })
    await expectRefused(2, ['topic', 'order', 'kept', '--delete'], '--yes')
    expect(await text('topic', 'order', 'kept', '--delete', '--dry-run')).toContain('it would keep no queues')
    expect(await text('topic', 'order', 'kept', '--delete', '--yes')).toMatch(/^kept is no order topic/)
    await expectRefused(2, ['topic', 'order', 'kept', 'broker-a'], 'broker-a:8;broker-b:8')
  })

  it('refuses unknown topics and bad values', async () => {
    await Promise.all([
      expectRefused(1, ['topic', 'route', 'nowhere'], 'there is no topic "nowhere"'),
      expectRefused(1, ['topic', 'stats', 'nowhere'], '127.0.0.1'),
      expectRefused(1, ['topic', 'delete', 'nowhere'], 'nowhere'),
      expectRefused(2, ['topic', 'create', 'x', '--queues', 'many'], '--queues'),
      expectRefused(2, ['topic', 'create', 'x', '--permission', 'z'], 'r, w or rw'),
    ])
  })
})

describe('rocketeer group', () => {
  it('creates, lists and deletes', async () => {
    expect(await text('group', 'create', 'made', '--retries', '3')).toBe('made is set\n')
    expect(await json('group', 'list')).toContainEqual(
      expect.objectContaining({ group: 'made', retriesMax: 3 }),
    )
    expect(await text('group', 'list')).toMatch(/made\s+3\s+yes\n/)
    await expectRefused(2, ['group', 'delete', 'made'], 'delete "made" and its offsets')
    expect(await json('group', 'delete', 'made', '--dry-run')).toEqual({
      group: 'made',
      topics: [],
      members: 0,
    })
    expect(await text('group', 'list')).toContain('made')
    expect(await text('group', 'delete', 'made', '--yes')).toBe('made is deleted\n')
    expect(await text('group', 'list')).not.toContain('made')
  })

  it('refuses unknown groups', async () => {
    await expectRefused(1, ['group', 'show', 'nobody'], 'no consumer group "nobody"')
    await expectRefused(1, ['group', 'delete', 'nobody'], 'no consumer group "nobody"')
    await expectRefused(1, ['group', 'replay', 'nobody'], 'no consumer group "nobody"')
    await expectRefused(1, ['group', 'reset', 'nobody', 'full', '--to', 'last'], 'no consumer group "nobody"')
    await expectRefused(2, ['group', 'reset', 'nobody', 'full', '--to', 'noon'], '--to')
    await expectRefused(2, ['group', 'reset', 'nobody', 'full', '--to', '2999-01-01'], 'is in the future')
  })

  it('consumes again after a reset to the first message, and skips to the end', async () => {
    await text('send', 'again', 'x')
    const consume = ['consume', 'again', '-g', 'again-readers', '--from', 'first', '--count', '1', '--json']
    expect(JSON.parse(await text(...consume)).body).toBe('x')
    const reset = ['group', 'reset', 'again-readers', 'again', '--to', 'first']
    await expectRefused(2, reset, '1 message consumed again, 0 skipped')
    expect(await text(...reset, '--yes')).toContain('now at')
    expect(JSON.parse(await text(...consume)).body).toBe('x')
    const dry = await text(...reset, '--dry-run')
    expect(dry).toMatch(/broker-a\s+\d\s+1\s+0\s+1 again\n(.*\n)*Nothing was changed/)
    expect(
      await json('group', 'reset', 'again-readers', 'again', '--to', 'last', '--dry-run'),
    ).toContainEqual(expect.objectContaining({ from: 1, to: 1, again: 0 }))
    const moved = await json('group', 'reset', 'again-readers', 'again', '--to', 'last', '--yes')
    expect(moved.reduce((sum: number, queue: { offset: number }) => sum + queue.offset, 0)).toBe(1)
  })
})

describe('rocketeer message', () => {
  it('finds messages by key, id and offset', async () => {
    const [{ queue, queueOffset, messageId }] = await json('send', 'found', 'here', '--key', 'needle')
    const place = ['found', queue.brokerName, String(queue.queueId), String(queueOffset)]
    expect(await json('message', 'at', ...place)).toMatchObject({ messageId, body: 'here' })
    expect(await json('message', 'key', 'found', 'needle')).toMatchObject([{ messageId }])
    expect(await text('message', 'key', 'found', 'needle')).toContain(messageId)
    await expectRefused(1, ['message', 'key', 'found', 'other'], 'no message of "found" has the key "other"')
  })

  it('refuses unknown messages', async () => {
    await Promise.all([
      expectRefused(1, ['message', 'id', 'xyz'], 'there is no such message'),
      expectRefused(1, ['message', 'at', 'full', 'broker-a', '0', '999'], 'there is no such message'),
      expectRefused(1, ['message', 'at', 'full', 'broker-z', '0', '0'], 'broker-z'),
      expectRefused(2, ['message', 'at', 'full', 'broker-a', 'x', '0'], 'queue'),
    ])
  })
})
