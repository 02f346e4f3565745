import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { outputOf, RunningCommand, startServerCommand } from './testing/command.js'

it('rocketeer consume says that a topic does not exist, and waits for it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rocketeer-consume-'))
  const server = await startServerCommand(directory)
  const at = ['--nameservers', server.nameserver]
  await outputOf(['topic', 'create', 'orders', ...at])
  const consume = new RunningCommand(['consume', 'oders', '--group', 'readers', '--from', 'first', ...at])
  await expect.poll(() => consume.stderr, { timeout: 30_000 }).toMatch(/"oders".*Did you mean "orders"\?/)
  await outputOf(['send', 'oders', 'after all', ...at])
  await consume.printed(/after all/)
  expect((await consume.stop('SIGTERM')).code).toBe(0)
  await server.command.stop('SIGTERM')
  await rm(directory, { recursive: true })
})

it('rocketeer send says what is wrong in its own words, not as a warning of Node about the library', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rocketeer-send-'))
  const server = await startServerCommand(directory)
  const send = new RunningCommand([
    'send',
    'orders',
    'x',
    '--count',
    '1000000',
    '--nameservers',
    server.nameserver,
  ])
  await expect.poll(() => outputOf(['topic', 'list', '--nameservers', server.nameserver])).toMatch(/orders/)
  await server.command.stop('SIGKILL')
  expect((await send.ended).code).toBe(1)
  expect(send.stderr).toMatch(/^problem: .*cannot be reached/m)
  expect(send.stderr).not.toContain('Nobody listens')
  await rm(directory, { recursive: true })
}, 20_000)
