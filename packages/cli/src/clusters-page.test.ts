import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Resources } from '@rocketeer/foundation'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningCommand, rocketeer } from './testing/command.js'
import { agreedWordsOf, commandsOfPage } from './testing/page-commands.js'

const pages = ['docs/clusters.md', 'docs/zh-CN/clusters.md']

const isServer = (command: string) => /^(nameserver|broker) /.test(command)

const resources = new Resources()
/** Where the nameservers of the page really listen, by the port it gives them. */
const ports = new Map<string, string>()
let directory: string
let commands: string[]

/** The same command with free ports, and with directories of this test. */
const arranged = (command: string) =>
  agreedWordsOf(command).map((word) =>
    word
      .replace(/\b(9876|9877)\b/g, (port) => ports.get(port) ?? '0')
      .replace(/^109\d1$/, '0')
      .replace(/^\.\//, `${directory}/`),
  )

const run = (...args: string[]) =>
  rocketeer(args, '', { NAMESRV_ADDR: `127.0.0.1:${ports.get('9876')};127.0.0.1:${ports.get('9877')}` })

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rocketeer-page-'))
  resources.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  commands = await commandsOfPage(pages[0]!)
  // The page starts the first nameserver twice, the second time with --order-topics.
  const servers = commands.filter(isServer)
  const first = servers.find((command) => command.includes('--order-topics'))!
  const others = servers.filter((command) => command !== first && !command.endsWith('--port 9876'))
  for (const command of [first, ...others]) {
    const server = new RunningCommand(arranged(command))
    resources.defer(() => server.stop('SIGKILL'))
    const [, port] = await server.printed(/listens on \S+:(\d+)|answers at/)
    if (port !== undefined) ports.set(/--port (\d+)/.exec(command)![1]!, port)
  }
}, 60_000)
afterAll(() => resources.close())

describe('the page of clusters', () => {
  it('shows the same commands in both languages', async () => {
    expect(await commandsOfPage(pages[1]!)).toEqual(commands)
    expect(commands.filter(isServer)).toHaveLength(6)
    expect(commands.length).toBeGreaterThan(14)
  })

  it('shows commands that work, in the order they are shown', async () => {
    const consuming = ['consume', 'orders', '--group', 'billing', '--from', 'first', '--count', '1']
    for (const command of commands.filter((each) => !isServer(each))) {
      // A group exists once one of its members has consumed.
      if (command.startsWith('group show')) {
        expect(await run('send', 'orders', 'paid')).toMatchObject({ code: 0 })
        expect(await run(...consuming)).toMatchObject({ code: 0 })
      }
      const { code, stderr, stdout } = await run(...arranged(command))
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: expect.any(String) })
      if (command.startsWith('cluster show')) expect(stdout).toMatch(/broker-a[\s\S]*broker-b[\s\S]*broker-c/)
    }
    const { stdout } = await run('topic', 'route', 'orders', '--json')
    expect(JSON.parse(stdout).queues).toHaveLength(3)
  }, 60_000)
})
