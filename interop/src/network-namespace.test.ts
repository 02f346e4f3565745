import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connect, type Message } from '@rocketeer/client'
import { ChildProgram, eventually, repositoryRoot, TemporaryDirectory } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'

const NAME = `rk${process.pid % 100_000}`
const HOST_ADDRESS = '10.213.77.1'
const SERVER_ADDRESS = '10.213.77.2'
/** Longer than a silent connection is kept: 15 s until the probe of a consumer that waits, 5 s for its answer. */
const OUTAGE_MS = 23_000

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] })

/** Why this machine allows no network of its own; undefined where it does. */
function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux'
  try {
    ip('netns', 'add', NAME)
    ip('link', 'add', NAME, 'type', 'veth', 'peer', 'name', 'inside', 'netns', NAME)
    ip('address', 'add', `${HOST_ADDRESS}/24`, 'dev', NAME)
    ip('link', 'set', NAME, 'up')
    ip('-n', NAME, 'address', 'add', `${SERVER_ADDRESS}/24`, 'dev', 'inside')
    ip('-n', NAME, 'link', 'set', 'inside', 'up')
    ip('-n', NAME, 'link', 'set', 'lo', 'up')
    return undefined
  } catch (error) {
    removeNetwork()
    return `no network namespace can be made here: ${(error as Error).message.split('\n').at(-2)}`
  }
}

function removeNetwork(): void {
  try {
    ip('netns', 'delete', NAME)
  } catch {
    // It was never made.
  }
}

function startServer(directory: string): ChildProgram {
  const rocketeer = join(repositoryRoot, 'packages/rocketeer/bin/rocketeer.js')
  const server = [process.execPath, rocketeer, 'start', '--host', SERVER_ADDRESS, '-d', directory]
  return ChildProgram.start({
    name: 'server in a network namespace',
    command: 'ip',
    args: ['netns', 'exec', NAME, ...server],
  })
}

it('a client whose server is cut off leaves the dead connections, and is back with the network', async (context) => {
  const reason = whyNot()
  context.skip(reason !== undefined, reason)
  const directory = await TemporaryDirectory.create()
  const server = startServer(directory.path)
  try {
    await server.line(/Ctrl-C stops it/, { withinMs: 30_000 })
    await using client = await connect({ nameservers: `${SERVER_ADDRESS}:9876` })
    const problems: string[] = []
    client.on('problem', (error) => problems.push((error as { code: string }).code))
    const admin = client.admin()
    await admin.topics.create('orders', { queues: 1 })
    const handled: string[] = []
    const handle = (message: Message) => void handled.push(message.text())
    const subscribe = { orders: '*' }
    await client.consumer({ group: 'readers', subscribe, startFrom: 'first', handle }).ready
    const producer = client.producer()
    await producer.send({ topic: 'orders', body: 'before' })
    await eventually(() => handled.includes('before'))
    const addressOf = async () => (await admin.groups.members('readers'))?.connectionSet.at(-1)?.clientAddr
    const before = await addressOf()

    ip('link', 'set', NAME, 'down')
    await expect(producer.send({ topic: 'orders', body: 'cut off' })).rejects.toMatchObject({
      retryable: true,
    })
    await pause(OUTAGE_MS)
    expect(problems).toContain('CONNECTION_CLOSED')
    ip('link', 'set', NAME, 'up')
    const startedAt = performance.now()
    await eventually(() => producer.send({ topic: 'orders', body: 'after' }), { withinMs: 10_000 })
    await eventually(() => handled.includes('after'), { withinMs: 10_000 })
    console.log(`back ${Math.round(performance.now() - startedAt)} ms after the network`)
    expect(await addressOf()).not.toBe(before)
  } finally {
    await server[Symbol.asyncDispose]()
    await directory.remove()
    removeNetwork()
  }
}, 120_000)
