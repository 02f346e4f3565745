import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from '@rocketeer/client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { COMMAND } from './testing/command.js'
import { ServerCommands } from './testing/server-commands.js'

let commands: ServerCommands

const LONG_GROUP = 'a-group-with-a-name-that-is-rather-long'

beforeAll(async () => {
  commands = await ServerCommands.start()
  await using client = await connect({ nameservers: commands.nameserver })
  const admin = client.admin()
  await admin.topics.create('orders', { queues: 1 })
  await admin.groups.create(LONG_GROUP)
  await client.producer({ group: 'shop' }).send({ topic: 'orders', body: 'x'.repeat(2000), key: 'k' })
  const [queue] = await admin.topics.queues('orders')
  await admin.offsets.commit(LONG_GROUP, queue!, 0)
})
afterAll(() => commands?.stop())

interface Answer {
  /** What the screen shows when it is time to type. */
  after: RegExp
  type: string
}

/** Runs a command at a terminal that `script` of util-linux makes, and types what a person would. */
async function atTerminal(columns: number, args: readonly string[], answer?: Answer) {
  const words = [process.execPath, COMMAND, ...args, '-n', commands.nameserver].map((word) => `'${word}'`)
  const line = `stty cols ${columns} rows 24; exec ${words.join(' ')}`
  const env = { ...process.env, TERM: 'xterm', NO_COLOR: '1' }
  const child = spawn('script', ['-qec', line, '/dev/null'], { env })
  let screen = ''
  let waiting = answer
  child.stdout.setEncoding('utf8').on('data', (data) => {
    screen += data
    if (waiting?.after.test(screen)) {
      child.stdin.write(waiting.type)
      waiting = undefined
    }
  })
  const [code] = await once(child, 'close')
  return { code, lines: screen.replaceAll('\r\n', '\n').trimEnd().split('\n') }
}

const CTRL_C = '\u0003'

describe('at a terminal', () => {
  beforeEach(({ skip }) => {
    const isThere = process.platform === 'linux' && existsSync('/usr/bin/script')
    skip(!isThere, "needs Linux's script, which gives a program a terminal")
  })

  it('deletes only what it was told to delete', async () => {
    await commands.text('topic', 'create', 'gone')
    const remove = ['topic', 'delete', 'gone']
    const question = /Go on\? \[y\/N\] /
    expect(await atTerminal(80, remove, { after: question, type: '\n' })).toMatchObject({ code: 1 })
    expect(await atTerminal(80, remove, { after: question, type: CTRL_C })).toMatchObject({ code: 130 })
    expect(await commands.json('topic', 'list')).toContain('gone')
    const { code, lines } = await atTerminal(80, remove, { after: question, type: 'y\n' })
    expect({ code, last: lines.at(-1) }).toEqual({ code: 0, last: 'gone is deleted' })
    expect(await commands.json('topic', 'list')).not.toContain('gone')
  })

  it.each([40, 60, 80, 100])('has no line wider than %i columns', async (columns) => {
    const lag = await atTerminal(columns, ['group', 'lag'])
    const found = await atTerminal(columns, ['message', 'key', 'orders', 'k', '--max-body', '10'])
    const help = await atTerminal(columns, ['group', 'reset', '--help'])
    for (const { code, lines } of [lag, found, help]) {
      expect(code).toBe(0)
      // Names and ids are left whole where each has a line of its own, to be copied.
      const broken = lines.filter(
        (line) => line.length > columns && !/( {2}a-group-[a-z-]+| {2}[0-9A-F]{32})$/.test(line),
      )
      expect(broken).toEqual([])
    }
    expect(lag.lines.join('\n')).toContain(columns < 100 ? `group            ${LONG_GROUP}` : 'a-group')
  })

  it('shortens bodies', async () => {
    const { lines } = await atTerminal(80, ['topic', 'tail', 'orders', '--from', 'first', '--count', '1'])
    expect(lines.join('')).toMatch(/ x{1000}… \(1000 more\)$/)
  })

  it('shows what is watched on a screen of its own, and leaves the last look behind', async () => {
    const watching = { after: /every 0\.1 s[\s\S]*every 0\.1 s/, type: CTRL_C }
    const { code, lines } = await atTerminal(
      100,
      ['group', 'lag', '--watch', '--interval', '100ms'],
      watching,
    )
    const screen = lines.join('\n')
    expect(code).toBe(0)
    expect(screen.startsWith('\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H')).toBe(true)
    expect(screen.split('\u001b[?7h\u001b[?25h\u001b[?1049l').at(-1)).toMatch(/^group +behind .*\n[^\n]+$/)
  })
})
