import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from '@rocketeer/client'
import { Nameserver } from '@rocketeer/nameserver'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { COMMAND, RunningCommand, rocketeer } from './testing/command.js'
import { ServerCommands } from './testing/server-commands.js'

/** Clears the screen, rings the bell, forges a line, and turns the direction of writing. */
const HOSTILE = 'a\u001b[2J\u0007\r\nforged\u202e\u009b1m'

let commands: ServerCommands

beforeAll(async () => {
  commands = await ServerCommands.start()
  await using client = await connect({ nameservers: commands.nameserver })
  await client.admin().topics.create('hostile', { queues: 1 })
  const producer = client.producer({ group: 'shop' })
  const key = 'k\u001b]0;title\u0007'
  for (let i = 0; i < 10; i++)
    await producer.send({ topic: 'hostile', body: HOSTILE, key, properties: { p: HOSTILE } })
  await client.admin().topics.create('long', { queues: 1 })
  for (let i = 0; i < 400; i++) await producer.send({ topic: 'long', key: 'x', body: 'x'.repeat(1000) })
})
afterAll(() => commands?.stop())

const text = (...args: readonly string[]) => commands.text(...args)

/** Runs a command line in a shell of the user; `rocketeer` is our command, `$ns` the nameserver. */
async function shell(line: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = `set -o pipefail; rocketeer() { '${process.execPath}' '${COMMAND}' "$@" -n '${commands.nameserver}'; }\n${line}`
  const child = spawn('bash', ['-c', script])
  const outcome = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (data) => {
    outcome.stdout += data
  })
  child.stderr.setEncoding('utf8').on('data', (data) => {
    outcome.stderr += data
  })
  const [code] = await once(child, 'close')
  return { code, ...outcome }
}

// 400 kB of output are more than a pipe holds, so that a command writes after its reader has gone, as it has to for noticing.
describe('a reader that leaves, as head does', () => {
  beforeEach(({ skip }) => skip(!existsSync('/bin/bash'), 'needs bash'))

  it.each([
    'rocketeer cluster config broker-a | head -n 1',
    'rocketeer message key long x | head -c 1',
    'rocketeer topic tail long --from first | head -n 2',
    'rocketeer topic tail long --from first --json | head -n 2',
    'rocketeer consume long -g leaving --from first 2>&1 | head -n 2',
    'rocketeer cluster config nowhere 2>&1 | true; true',
  ])('ends %s quietly with exit code 0', async (line) => {
    const { code, stderr } = await shell(line)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('does not consume what could not be printed', async () => {
    await shell('rocketeer consume long -g careful --from first | head -n 5')
    const { queues } = JSON.parse(await text('group', 'show', 'careful', '--json'))
    const isOurs = ({ queue }: { queue: { topic: string } }) => queue.topic === 'long'
    const { consumerOffset: offset } = queues.find(isOurs)
    const rest = await text('consume', 'long', '-g', 'careful', '--fields', 'queueOffset', '--count', '1')
    expect(Number(rest)).toBe(offset)
    expect(offset).toBeGreaterThanOrEqual(5)
  })
})

describe('a full disk', () => {
  beforeEach(({ skip }) => skip(!existsSync('/dev/full'), 'needs /dev/full'))

  it('is an error of the command', async () => {
    const { code, stderr } = await shell('rocketeer cluster config broker-a >/dev/full')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^rocketeer: the output cannot be written: .*ENOSPC.*\n$/)
  })
})

describe('control characters', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about.
  const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/

  it('of bodies, keys and properties never reach a terminal', async () => {
    const shown = 'a\\x1b[2J\\x07\\r\\nforged\\u202e\\x9b1m'
    const line = await text('topic', 'tail', 'hostile', '--from', 'first', '--count', '1')
    expect(line).toMatch(/^[^\n]* k\\x1b\]0;title\\x07 a\\x1b.*\n$/)
    expect(line.endsWith(`${shown}\n`)).toBe(true)
    const found = await text('message', 'at', 'hostile', 'broker-a', '0', '0')
    expect(found).toContain(`property p         ${shown}\n`)
    expect(found.endsWith('\na\\x1b[2J\\x07\nforged\\u202e\\x9b1m\n')).toBe(true)
    const table = await text('message', 'key', 'hostile', 'k\u001b]0;title\u0007', '--count', '1')
    expect(table).toContain(shown)
    for (const output of [line, found, table]) expect(output).not.toMatch(raw)
  })

  it('are escaped by JSON, which has the whole body', async () => {
    const json = await text('message', 'at', 'hostile', 'broker-a', '0', '0', '--json')
    expect(json).not.toMatch(raw)
    expect(JSON.parse(json).body).toBe(HOSTILE)
  })

  it('of what was typed are escaped in errors', async () => {
    const { stderr } = await rocketeer(['topic', 'route', 'x\u001b[2J', '-n', commands.nameserver])
    expect(stderr).toContain('\\x1b[2J')
    const { stderr: usage } = await rocketeer(['\u001b[2J'])
    expect(usage).toContain('\\x1b[2J')
    for (const output of [stderr, usage]) expect(output).not.toMatch(raw)
  })
})

describe('--raw, --fields and --max-body', () => {
  it('print the bytes of bodies, or what was asked for', async () => {
    const at = ['message', 'at', 'hostile', 'broker-a', '0', '7']
    expect(await text(...at, '--raw')).toBe(HOSTILE)
    const tail = ['topic', 'tail', 'hostile', '--from', 'first', '--count', '1']
    expect(await text(...tail, '--raw')).toBe(`${HOSTILE}\n`)
    expect(await text(...tail, '--fields', 'queueOffset,tag,body', '--max-body', '1')).toBe(
      '0  -  a… (17 more)\n',
    )
    expect(
      JSON.parse(await text(...tail, '--json', '--fields', 'topic,properties.p', '--max-body', '1')),
    ).toEqual({
      topic: 'hostile',
      'properties.p': HOSTILE,
    })
    expect(JSON.parse(await text(...at, '--json', '--max-body', '1')).body).toBe('a… (17 more)')
    await commands.expectRefused(2, [...tail, '--fields', 'queueId'], 'There is no "queueId": use topic')
  })
})

describe('lines of standard input', () => {
  it('end at LF and CRLF only, and keep their bytes', async () => {
    const line = { start: '{"a":"', end: '"}' }
    const bodies = [`${line.start}\u2028\u2029${line.end}`, 'lone\rCR', 'after CRLF']
    const sent = await rocketeer(['send', 'lines', '-n', commands.nameserver], `${bodies.join('\r\n')}\r\n`)
    expect(sent.stdout).toBe('3 messages sent\n')
    const tail = ['topic', 'tail', 'lines', '--from', 'first', '--count', '3', '--json', '--fields', 'body']
    const got = (await text(...tail)).trimEnd().split('\n')
    expect(got.map((each) => JSON.parse(each).body).sort()).toEqual([...bodies].sort())
  })
})

describe('errors', () => {
  it('have one style, and are a line of JSON with --json', async () => {
    const cases = [
      [['topic', 'stats', 'nowhere'], 1, 'NO_ROUTE'],
      [['topic', 'delete', 'hostile'], 2, 'CONFIRMATION_NEEDED'],
      [['group', 'show', 'nobody'], 1, 'GROUP_UNKNOWN'],
      [['message', 'key', 'long', 'nokey'], 1, 'MESSAGE_NOT_FOUND'],
      [['group', 'mode', 'nobody', 'long'], 1, 'GROUP_UNKNOWN'],
      [['topic', 'order', 'nowhere'], 1, 'NO_ROUTE'],
      [['topic', 'create', 'x', '--queues', 'many'], 2, 'USAGE'],
      [['send', 'a b', 'x'], 2, 'TOPIC_INVALID'],
      [['topics'], 2, 'USAGE'],
    ] as const
    await Promise.all(
      cases.map(async ([args, exitCode, code]) => {
        const plain = await rocketeer([...args, '-n', commands.nameserver])
        expect(plain.stderr).toMatch(/^rocketeer: [^\n]+\n$/)
        const {
          stderr,
          stdout,
          code: ended,
        } = await rocketeer([...args, '--json', '-n', commands.nameserver])
        expect({ args, ended, stdout }).toEqual({ args, ended: exitCode, stdout: '' })
        expect(JSON.parse(stderr)).toEqual({ error: { code, message: expect.any(String), exitCode } })
      }),
    )
  })

  it('of a cluster without a broker fail the command', async () => {
    await using nameserver = await Nameserver.start({ host: '127.0.0.1', port: 0 })
    const lines = ['cluster show', 'cluster pending', 'topic list', 'group list', 'group lag']
    await Promise.all(
      lines.map(async (line) => {
        const { code, stdout, stderr } = await rocketeer([...line.split(' '), '-n', nameserver.address])
        expect({ line, code, stdout }).toEqual({ line, code: 1, stdout: '' })
        expect(stderr).toMatch(/no broker is registered with|no nameserver lists a master/)
      }),
    )
  })
})

describe('rocketeer complete', () => {
  it('knows the names of the cluster, and nothing of one that does not answer', async () => {
    const { stdout } = await rocketeer([
      'complete',
      '--',
      'topic',
      'route',
      '-n',
      commands.nameserver,
      'host',
    ])
    expect(stdout).toBe('hostile\ttopic\n')
    const nowhere = await rocketeer(['complete', '--', 'topic', 'route', '-n', '127.0.0.1:1', ''])
    expect(nowhere).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

describe('rocketeer group lag --watch', () => {
  it('says what fails and goes on, without showing what it saw before as if it were now', async () => {
    const other = await ServerCommands.start()
    try {
      const watch = ['group', 'lag', '--watch', '--interval', '50ms', '--json', '-n', other.nameserver]
      const watching = new RunningCommand(watch)
      await watching.printed(/^.*\n.*\n/)
      await other.server.command.stop('SIGKILL')
      await expect.poll(() => watching.stderr, { timeout: 30_000 }).toMatch(/^\{"warning":.*\n\{"warning":/)
      const { length } = watching.stdout
      await expect.poll(() => watching.stderr.split('\n').length, { timeout: 30_000 }).toBeGreaterThan(4)
      expect(watching.stdout).toHaveLength(length)
      expect((await watching.stop('SIGINT')).code).toBe(0)
    } finally {
      await other.stop()
    }
  })

  it('prints a line or a JSON object each time, and ends with Ctrl-C', async () => {
    await commands.text('group', 'create', 'watched')
    const lag = ['group', 'lag', 'watched', '--watch', '--interval', '50ms', '-n', commands.nameserver]
    const lines = new RunningCommand(lag)
    await lines.printed(/^20\S+ \S+ {2}watched \d+ behind\n20/)
    expect(await lines.stop('SIGINT')).toMatchObject({ code: 0, stderr: '' })
    const json = new RunningCommand([...lag, '--json'])
    const [first] = await json.printed(/^.*\n.*\n/)
    expect(
      first!
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { time: expect.any(Number), view: [expect.objectContaining({ group: 'watched' })] },
      { time: expect.any(Number), view: [expect.objectContaining({ group: 'watched' })] },
    ])
    expect((await json.stop('SIGTERM')).code).toBe(0)
  })
})
