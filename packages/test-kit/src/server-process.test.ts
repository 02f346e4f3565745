import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ChildProgram } from './process/child-program.js'
import { ServerProcess } from './server-process.js'
import { TemporaryDirectory } from './temporary-directory.js'

class Sleeper extends ServerProcess {
  static async start(begin: () => Promise<unknown>, home: TemporaryDirectory): Promise<Sleeper> {
    const process = ChildProgram.start({ name: 'sleeper', command: 'sleep', args: ['60'] })
    return new Sleeper({ process, port: 9_876, home }).started(begin)
  }
}

it('runs until it is closed, which removes its temporary files', async () => {
  const home = await TemporaryDirectory.create()
  const server = await Sleeper.start(async () => {}, home)
  expect(server.address).toBe('127.0.0.1:9876')
  expect(server.process.exit).toBeUndefined()
  await server.close()
  expect(server.process.exit).toBe('SIGKILL')
  expect(existsSync(home.path)).toBe(false)
})

it('is closed when its start fails', async () => {
  const home = await TemporaryDirectory.create()
  const starting = Sleeper.start(() => Promise.reject(new Error('no port is free')), home)
  await expect(starting).rejects.toThrow('no port is free')
  expect(existsSync(home.path)).toBe(false)
})
