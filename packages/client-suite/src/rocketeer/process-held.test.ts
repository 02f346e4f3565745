import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connect } from '@rocketeer/client'
import { ChildProgram, eventually, freePort, startRocketeer, TemporaryDirectory } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const PROGRAM = fileURLToPath(new URL('./held-program.js', import.meta.url))

function run(program: string, nameservers = ''): ChildProgram {
  const args = [PROGRAM, program, nameservers]
  return ChildProgram.start({ name: `the program "${program}"`, command: process.execPath, args })
}

describe('a process', () => {
  let directory: TemporaryDirectory
  let server: ChildProgram
  let nameservers: string
  let start: () => Promise<void>

  beforeEach(async () => {
    directory = await TemporaryDirectory.create()
    const [nameserverPort, brokerPort] = [await freePort(), await freePort()]
    nameservers = `127.0.0.1:${nameserverPort}`
    const ports = ['--nameserver-port', `${nameserverPort}`, '--broker-port', `${brokerPort}`]
    start = async () => {
      server = startRocketeer('server', ['start', '--directory', directory.path, ...ports])
      await server.line(/Ctrl-C stops it/)
    }
    await start()
  })
  afterEach(async () => {
    await server.kill()
    await directory.remove()
  })

  async function send(body: string): Promise<void> {
    const client = await connect({ nameservers })
    const producer = client.producer()
    await eventually(() => producer.send({ topic: 'orders', body }))
    await client.close()
  }

  it('with consumers outlives its broker, consumes again, and ends with close()', async () => {
    await send('before')
    const programs = ['consume', 'poll'].map((program) => run(program, nameservers))
    await Promise.all(programs.map((program) => program.line(/handled before/)))
    await server.kill()
    // Without anything that holds them, they were gone within two seconds.
    await sleep(3_000)
    expect(programs.map(({ exit }) => exit)).toEqual([undefined, undefined])
    await start()
    await send('after')
    await Promise.all(programs.map((program) => program.line(/handled after/)))
    expect(await Promise.all(programs.map((program) => program.stop()))).toEqual([0, 0])
  })

  it('with a client stays until close(), whatever becomes of the cluster', async () => {
    const idle = run('connect', nameservers)
    await idle.line(/ready/)
    await server.kill()
    await sleep(500)
    expect(idle.exit).toBeUndefined()
    expect(await idle.stop()).toBe(0)
  })

  it('that sends ends when its client is closed', async () => {
    const sender = run('send', nameservers)
    await sender.line(/closed/)
    await sender.succeeded({ withinMs: 5_000 })
  })
})

it('close() leaves no timer behind', async () => {
  const program = run('everything')
  await program.line(/^left 0$/)
  await program.succeeded({ withinMs: 5_000 })
})
