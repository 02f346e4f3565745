import { type Client, connect } from '@rocketeer/client'
import { countDeadLetters } from '@rocketeer/toolkit/dead-letters'
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

async function deadLetters(client: Client): Promise<number> {
  return (await countDeadLetters(client, 'billing')).total
}

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
})
