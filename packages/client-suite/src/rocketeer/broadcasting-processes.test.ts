import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, connect } from '@rocketeer/client'
import { type Server, startServer } from '@rocketeer/server'
import { ChildProgram, eventually, TemporaryDirectory } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const PROGRAM = fileURLToPath(new URL('./broadcasting-program.js', import.meta.url))

describe('broadcasting processes of one host', () => {
  let server: Server
  let client: Client
  let directory: TemporaryDirectory
  let programs: ChildProgram[]

  beforeEach(async () => {
    directory = await TemporaryDirectory.create()
    server = await startServer()
    client = await connect({ nameservers: server.nameservers })
    await client.admin().topics.create('prices', { queues: 1 })
    programs = []
  })
  afterEach(async () => {
    await Promise.all(programs.map((program) => program.kill()))
    await client.close()
    await server.close()
    await directory.remove()
  })

  function start(...name: string[]): ChildProgram {
    const args = [PROGRAM, ...server.nameservers, directory.path, ...name]
    const program = ChildProgram.start({ name: 'a broadcaster', command: process.execPath, args })
    programs.push(program)
    return program
  }

  async function send(...bodies: string[]): Promise<void> {
    const producer = client.producer()
    for (const body of bodies) await producer.send({ topic: 'prices', body })
  }

  it('are refused the offsets that another has, and miss nothing with names of their own', async () => {
    const first = start()
    await first.line(/ready/)
    const second = start()
    await second.line(new RegExp(`OFFSETS_IN_USE by ${first.pid}`))
    await second.succeeded({ withinMs: 10_000 })
    const named = start('web-2')
    await named.line(/ready/)
    await send('apples')
    await Promise.all([first, named].map((program) => program.line(/handled apples/)))

    expect(await named.stop()).toBe(0)
    await send('pears')
    await first.line(/handled pears/)
    // The other one's progress is not its own.
    const again = start('web-2')
    await again.line(/handled pears/)
    expect(again.output).not.toContain('handled apples')
  })

  it('take over the offsets of one that was killed, at once', async () => {
    const first = start()
    await send('apples')
    await first.line(/handled apples/)
    await eventually(async () => {
      const [clientId] = await readdir(directory.path)
      const files = await readdir(join(directory.path, clientId!, 'price-caches'))
      expect(files).toEqual(expect.arrayContaining(['lock', 'offsets.json']))
    })
    await first.kill()
    await send('pears')
    const next = start()
    await next.line(/handled pears/)
    expect(next.output).not.toContain('handled apples')
    expect(await next.stop()).toBe(0)
    const [clientId] = await readdir(directory.path)
    expect(await readdir(join(directory.path, clientId!, 'price-caches'))).not.toContain('lock')
  })
})
