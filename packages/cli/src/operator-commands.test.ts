import { connect } from '@rocketeer/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningCommand } from './testing/command.js'
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

describe('rocketeer topic tail', () => {
  it('prints arriving messages with a tag, and leaves no group behind', async () => {
    await text('send', 'tailed', 'before', '--tag', 'a')
    const tail = new RunningCommand(['topic', 'tail', 'tailed', '--tag', 'a', '-n', commands.nameserver])
    await expect
      .poll(
        async () => {
          await text('send', 'tailed', 'other', '--tag', 'b')
          await text('send', 'tailed', 'now', '--tag', 'a', '--key', 'k')
          return tail.stdout
        },
        { timeout: 10_000 },
      )
      .toMatch(/broker-a\/\d@\d+ #a k now\n/)
    const { code, stdout } = await tail.stop('SIGINT')
    expect(code).toBe(0)
    expect(stdout).not.toMatch(/other|before/)
    expect(await json('message', 'follow', 'k', 'tailed')).toContainEqual(
      expect.objectContaining({ groups: [] }),
    )
  })

  it('begins at the first message with --from first, and stops after --count messages', async () => {
    await text('send', 'tailed-first', 'x', '--count', '3')
    const lines = (
      await text('topic', 'tail', 'tailed-first', '--from', 'first', '--count', '3', '--json')
    ).trimEnd()
    expect(lines.split('\n').map((line) => JSON.parse(line).body)).toEqual(['x', 'x', 'x'])
    await expectRefused(1, ['topic', 'tail', 'nowhere'], 'there is no topic "nowhere"')
  })
})

describe('rocketeer topic create --type', () => {
  it('sets the message type of a topic, and send --priority chooses the queue', async () => {
    await text('topic', 'create', 'urgent', '--queues', '3', '--type', 'priority')
    expect(await text('topic', 'route', 'urgent')).toContain('for messages of type PRIORITY')
    expect(await text('send', 'urgent', 'now', '--priority', '7')).toMatch(/broker-a queue 2 offset 0/)
    await expectRefused(2, ['topic', 'create', 'urgent', '--type', 'quick'], 'NORMAL, FIFO, DELAY')
  })
})

describe('rocketeer cluster', () => {
  it('shows brokers and their configuration', async () => {
    expect(await text('cluster', 'show')).toMatch(/DefaultCluster\s+broker-a\s+0\s+127\.0\.0\.1:\d+\s+V5_5_0/)
    const [broker] = await json('cluster', 'list')
    expect(broker).toMatchObject({ brokerName: 'broker-a', inPerSecond: expect.any(Number) })
    expect(await text('cluster', 'config', 'broker-a')).toMatch(/^brokerName=broker-a$/m)
    expect(await text('cluster', 'diff', 'broker-a', 'broker-a')).toBe('They are configured alike.\n')
  })

  it('drains a broker and undrains it', async () => {
    await text('topic', 'create', 'drained', '--queues', '2')
    expect(await text('cluster', 'drain', 'broker-a')).toMatch(
      /^broker-a gets no more messages in its \d+ topics/,
    )
    expect(await text('topic', 'route', 'drained')).toMatch(/broker-a .* r\n/)
    expect(await text('cluster', 'undrain', 'broker-a')).toMatch(
      /^broker-a gets messages again in its \d+ topics/,
    )
    expect(await text('topic', 'route', 'drained')).toMatch(/broker-a .* rw\n/)
  })

  it('refuses a broker that is not there', async () => {
    await expectRefused(1, ['cluster', 'drain', 'broker-z'], `named "broker-z" (${commands.nameserver})`)
    await expectRefused(1, ['cluster', 'diff', 'broker-a', 'broker-z'], 'broker-z')
  })
})

describe('rocketeer message follow', () => {
  it('shows which groups have consumed a message', async () => {
    const [{ offsetMessageId, messageId }] = await json('send', 'followed', 'x', '--key', 'f-1')
    expect(await text('message', 'follow', 'f-1', 'followed')).toContain('no group consumes this topic')
    await text('consume', 'followed', '-g', 'quick', '--from', 'first', '--count', '1')
    const [life] = await json('message', 'follow', offsetMessageId)
    expect(life).toMatchObject({
      message: { messageId },
      groups: [{ group: 'quick', state: 'consumed' }],
      traces: [],
    })
    await text('send', 'followed', 'y', '--key', 'f-2', '--count', '8')
    expect(await text('message', 'follow', 'f-2', 'followed')).toMatch(/quick: not consumed yet \(/)
    await expectRefused(1, ['message', 'follow', 'no-such-key'], 'there is no such message')
    await text('send', 'followed', 'z', '--key', 'f-3', '--deliver-after', '1h')
    expect(await text('message', 'follow', 'f-3')).toMatch(
      /^followed .* f-3\n.*\n.* of rmq_sys_wheel_timer\n {2}waits for its delivery time until 2.*, then goes to followed\n/,
    )
    expect(await text('message', 'key', 'rmq_sys_wheel_timer', 'f-3')).toMatch(/ z\n/)
  })
})

describe('rocketeer group mode', () => {
  it('switches a group to popping a topic, and back to pulling', async () => {
    await text('topic', 'create', 'popped')
    await text('group', 'create', 'popping')
    expect(await text('group', 'mode', 'popping', 'popped')).toContain('Not set')
    expect(await text('group', 'mode', 'popping', 'popped', 'pop', '--share', '2')).toMatch(
      /broker-a +pop +2/,
    )
    expect(await json('group', 'mode', 'popping', 'popped')).toEqual([
      { broker: 'broker-a', mode: 'POP', popShareQueues: 2 },
    ])
    expect(await text('group', 'mode', 'popping', 'popped', 'pull')).toMatch(/broker-a +pull/)
    await expectRefused(1, ['group', 'mode', 'poping', 'popped', 'pop'], 'Did you mean "popping"?')
    await expectRefused(1, ['group', 'mode', 'popping', 'nowhere', 'pop'], 'topic[nowhere] not exist')
    await expectRefused(2, ['group', 'mode', 'popping', 'popped', 'push'], 'Allowed choices are pull, pop')
  })
})

describe('rocketeer message trace', () => {
  it('shows what clients traced', async () => {
    await using client = await connect({ nameservers: commands.nameserver, trace: { flushIntervalMs: 50 } })
    await client.admin().topics.create('traced', { queues: 1 })
    let failures = 1
    await using consumer = client.consumer({
      group: 'traced-readers',
      subscribe: { traced: '*' },
      startFrom: 'first',
      handle: () => {
        if (failures-- > 0) throw new Error('the database is down')
      },
    })
    await consumer.ready
    const { messageId } = await client
      .producer({ group: 'shop' })
      .send({ topic: 'traced', body: 'x', key: 't-1' })
    await expect
      .poll(async () => (await client.admin().messages.traces(messageId)).length, { timeout: 10_000 })
      .toBe(5)
    const lines = (await text('message', 'trace', 't-1')).trimEnd().split('\n')
    expect(lines).toEqual([
      messageId,
      expect.stringMatching(/ {2}sent by group shop \([\d.:]+\) to [\d.:]+ in \d+ ms$/),
      expect.stringMatching(/ {2}given to group traced-readers \([\d.:]+\)$/),
      expect.stringMatching(/ {2}threw in group traced-readers \([\d.:]+\) after \d+ ms$/),
      expect.stringMatching(/ {2}given to group traced-readers \([\d.:]+\), retry 1$/),
      expect.stringMatching(/ {2}handled by group traced-readers \([\d.:]+\) in \d+ ms$/),
    ])
    expect(await text('message', 'follow', 't-1', 'traced')).toMatch(
      /traced by clients:\n.*sent by group shop.*\n(.*\n){3}.*handled by/,
    )
    expect(await json('message', 'trace', messageId)).toMatchObject([
      { type: 'Pub', msgId: messageId, topic: 'traced', clientHost: expect.any(String) },
      { type: 'SubBefore' },
      { type: 'SubAfter', success: false },
      { type: 'SubBefore', retryTimes: 1 },
      { type: 'SubAfter', success: true },
    ])
  })

  it('says why there may be no entries', async () => {
    await expectRefused(1, ['message', 'trace', 'unheard-of'], 'no client traced unheard-of')
    const elsewhere = ['message', 'trace', 'x', '--trace-topic', 'no-such-topic']
    await expectRefused(1, elsewhere, 'traceTopicEnable=true')
  })
})
