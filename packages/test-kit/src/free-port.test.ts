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
