import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outputOf, RunningCommand, rocketeer, startServerCommand } from './testing/command.js'

let directory: string
let running: RunningCommand[]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rocketeer-cli-'))
  running = []
})
afterEach(async () => {
  await Promise.all(running.map((command) => command.stop('SIGKILL')))
  await rm(directory, { recursive: true, force: true })
})

async function start(...args: readonly string[]) {
  const server = await startServerCommand(join(directory, 'data'), ...args)
  running.push(server.command)
  return server
}

function run(...args: readonly string[]): RunningCommand {
  const command = new RunningCommand(args)
  running.push(command)
  return command
}

/** Expects what a user should see after a mistake: one line that names what to change, and no stack trace. */
async function expectFailure(args: readonly string[], code: 1 | 2, ...parts: readonly string[]) {
  const outcome = await rocketeer(args)
  expect({ args, code: outcome.code }).toEqual({ args, code })
  for (const part of parts) expect(outcome.stderr).toContain(part)
  expect(outcome.stderr).not.toMatch(/\n\s+at |This was not expected/)
  expect(outcome.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
  expect(outcome.stdout).toBe('')
}

const free = ['--nameserver-port', '0', '--broker-port', '0']

describe('rocketeer start', () => {
  it('prints addresses, directory and commands to try, without colors in a pipe', async () => {
    const { command, nameserver } = await start()
    expect(command.stdout).toContain(`npx rocketeer send hello "my first message" -n ${nameserver}`)
    expect(command.stdout).toContain(`npx rocketeer topic list -n ${nameserver}`)
    const [, directory] = await command.printed(/directory {3}(\S+)/)
    expect(isAbsolute(directory!)).toBe(true)
    expect(command.stdout).not.toContain('\u001b')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops cleanly on %s, and has its messages at the next start',
    async (signal) => {
      const first = await start()
      await outputOf(['send', 'hello', 'kept', '-n', first.nameserver])
      const { code, stderr } = await first.command.stop(signal)
      expect(code).toBe(0)
      expect(stderr).toContain('stopping')
      const second = await start()
      const args = ['consume', 'hello', '-g', 'readers', '--from', 'first', '--count', '1', '--json']
      expect(JSON.parse(await outputOf([...args, '-n', second.nameserver])).body).toBe('kept')
    },
  )

  it('loses no acknowledged message when it is killed', async () => {
    const first = await start()
    await outputOf(['send', 'hello', 'kept', '--count', '500', '-n', first.nameserver])
    expect((await first.command.stop('SIGKILL')).code).toBe('SIGKILL')
    const second = await start()
    const queues = JSON.parse(await outputOf(['topic', 'stats', 'hello', '--json', '-n', second.nameserver]))
    expect(queues.reduce((sum: number, queue: { maxOffset: number }) => sum + queue.maxOffset, 0)).toBe(500)
  })

  it('refuses ports and directories in use, and names the flag to change', async () => {
    const { nameserver, broker } = await start()
    const nameserverPort = nameserver.split(':')[1]!
    const brokerPort = broker.split(':')[1]!
    const other = join(directory, 'other')
    const taken = (port: string) => `port ${port} on 127.0.0.1 is taken by another process`
    await Promise.all([
      expectFailure(
        ['start', '--directory', other, '--nameserver-port', nameserverPort, '--broker-port', '0'],
        1,
        taken(nameserverPort),
        'with --nameserver-port\n',
      ),
      expectFailure(
        ['start', '--directory', `${other}2`, '--nameserver-port', '0', '--broker-port', brokerPort],
        1,
        taken(brokerPort),
        'with --broker-port\n',
      ),
      expectFailure(
        ['nameserver', '--host', '127.0.0.1', '--port', nameserverPort],
        1,
        taken(nameserverPort),
        'with --port\n',
      ),
      expectFailure(
        ['broker', '--host', '127.0.0.1', '--port', brokerPort, '--directory', `${other}3`],
        1,
        taken(brokerPort),
        'with --port\n',
      ),
      expectFailure(
        ['broker', '--host', '127.0.0.1', '--port', `${Number(brokerPort) + 2}`, '--directory', `${other}4`],
        1,
        `port ${brokerPort} on 127.0.0.1 is taken, perhaps by another broker`,
        'with --port, or switch the VIP channel off with --no-vip-channel\n',
      ),
      expectFailure(['start', '--directory', join(directory, 'data'), ...free], 1, 'is in use by process'),
    ])
  })

  it('refuses unknown commands and flags, and bad values', async () => {
    const broken = join(directory, 'broken.conf')
    await writeFile(broken, 'listenPort=ninety\n')
    const data = ['--directory', join(directory, 'data')]
    await Promise.all([
      expectFailure(['strat'], 2, "unknown command 'strat'", 'Did you mean start?'),
      expectFailure(['start', '--foo'], 2, "unknown option '--foo'"),
      expectFailure(['start', '--broker-port', '70000'], 2, '--broker-port', '0 to 65535'),
      expectFailure(['start', '--flush-mode', 'maybe'], 2, '--flush-mode', 'async, sync'),
      expectFailure(['start', ...free, ...data, '--advertise', 'a b'], 2, '--advertise: host or host:port'),
      expectFailure(['broker', ...data, '--name', 'a b'], 2, '--name: only letters'),
      expectFailure(['broker', ...data, '--nameservers', 'bad'], 2, '--nameservers: every address'),
      expectFailure(['start', ...free, ...data, '-c', join(directory, 'none.conf')], 2, 'cannot be read'),
      expectFailure(['start', ...free, ...data, '-c', broken], 2, broken, '"listenPort"'),
      expectFailure(
        ['start', ...free, ...data, '-o', 'traceOn=maybe'],
        2,
        '"traceOn"',
        'neither true nor false',
      ),
      expectFailure(['start', ...free, ...data, '-o', 'tracOn=true'], 2, 'did you mean "traceOn"?'),
      expectFailure(['start', ...free, ...data, '-o', 'traceOn'], 2, 'name=value is needed'),
    ])
  })
})

describe('rocketeer start --option', () => {
  it('overrides changes made while the broker ran, which override the file', async () => {
    const config = join(directory, 'broker.conf')
    await writeFile(config, 'brokerName=broker-a\ndefaultTopicQueueNums=4\nfileReservedTime=24\n')
    const first = await start('-c', config)
    const changes = ['defaultTopicQueueNums=6', 'fileReservedTime=48']
    await outputOf(['cluster', 'set', 'broker-a', ...changes, '-n', first.nameserver])
    await first.command.stop('SIGTERM')
    const second = await start('-c', config, '-o', 'fileReservedTime=12', '-o', 'deleteWhen=03')
    const shown = await outputOf(['cluster', 'config', 'broker-a', '-n', second.nameserver])
    expect(shown).toMatch(/\ndefaultTopicQueueNums=6\n(.*\n)*deleteWhen=03\n(.*\n)*fileReservedTime=12\n/)
  })
})

describe('rocketeer nameserver and rocketeer broker', () => {
  it('find each other by a broker.conf of Apache', async () => {
    const nameserver = run('nameserver', '--host', '127.0.0.1', '--port', '0')
    const [, address] = await nameserver.printed(/listens on (\S+);/)
    const config = join(directory, 'broker.conf')
    await writeFile(
      config,
      [
        'brokerClusterName = trade',
        'brokerName=broker-x',
        'brokerId=0',
        `namesrvAddr=${address}`,
        'brokerIP1=127.0.0.1',
        'listenPort=0',
        `storePathRootDir=${join(directory, 'store')}`,
        'flushDiskType=SYNC_FLUSH',
        'transientStorePoolEnable=true',
        'flushDiskTyp=SYNC_FLUSH',
      ].join('\n'),
    )
    const broker = run('broker', '-c', config, '--host', '127.0.0.1')
    await broker.printed(/broker-x of trade answers at 127\.0\.0\.1:\d+/)
    await broker.printed(new RegExp(`nameservers {2}${address}`))
    expect(broker.stderr).toContain('"transientStorePoolEnable" is a property of Apache RocketMQ')
    expect(broker.stderr).toContain('"flushDiskTyp" is not a known property; did you mean "flushDiskType"?')
    const receipts = JSON.parse(await outputOf(['send', 'hello', 'hi', '--json', '-n', address!]))
    expect(receipts).toMatchObject([{ status: 'SEND_OK', queue: { brokerName: 'broker-x' } }])
    expect((await broker.stop('SIGINT')).code).toBe(0)
    expect((await nameserver.stop('SIGINT')).code).toBe(0)
  })

  it('let a flag override the file', async () => {
    const config = join(directory, 'broker.conf')
    await writeFile(config, `brokerName=from-file\nstorePathRootDir=${join(directory, 'store')}\n`)
    const args = ['-c', config, '--host', '127.0.0.1', '--port', '0', '--name', 'from-flag']
    const broker = run('broker', ...args)
    await broker.printed(/from-flag of DefaultCluster/)
    await broker.printed(/none: clients cannot find it/)
  })
})
