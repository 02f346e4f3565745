import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { freePort } from './free-port.js'

it('finds a port that, with its neighbours, can be listened on', async () => {
  const port = await freePort([-2, 1])
  for (const each of [port - 2, port, port + 1]) {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(each, resolve)
    })
    await new Promise((resolve) => server.close(resolve))
  }
  expect(port).toBeGreaterThan(1_024)
})

it('gives a port to one caller only, though nobody listens on it yet', async () => {
  const ports: number[] = []
  for (let call = 0; call < 200; call++) ports.push(await freePort([1]))
  expect(new Set(ports.flatMap((port) => [port, port + 1])).size).toBe(400)
})
