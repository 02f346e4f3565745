import { ManualClock } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RemotingClient } from './remoting-client.js'
import { RemotingServer } from './remoting-server.js'
import { route } from './route.js'
import { Router } from './router.js'
import { echo, echoHandler, notify } from './testing/peers.js'

describe('a manual clock', () => {
  let clock: ManualClock
  let server: RemotingServer
  let client: RemotingClient
  let address: string
  let received: string[]

  beforeEach(async () => {
    clock = new ManualClock(0)
    received = []
    const notified = route(notify, ({ fields }) => {
      received.push(fields.text)
      return {}
    })
    const router = new Router([route(echo, echoHandler), notified])
    const { inFlight } = clock
    server = await RemotingServer.listen({ host: '127.0.0.1', port: 0, router, inFlight })
    client = new RemotingClient({ inFlight })
    address = `127.0.0.1:${server.port}`
  })
  afterEach(async () => {
    await client.close()
    await server.close()
  })

  it('waits for a connection to be made and for the answer to a request', async () => {
    let answered = false
    const request = client.request(address, echo, { text: 'x', delayMs: 50 }).then(() => {
      answered = true
    })
    await clock.advance(3_600_000)
    expect(answered).toBe(true)
    await request
  })

  it('does not wait for the answer to a request that may wait, only until it is read', async () => {
    await client.connection(address)
    const abort = new AbortController()
    const options = { mayWait: true, signal: abort.signal }
    const waiting = client.request(address, echo, { text: 'x', delayMs: 3_000 }, undefined, options)
    await clock.advance(3_600_000)
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })

  it('waits until what one end has written is read by the other', async () => {
    await client.connection(address)
    const text = 'x'.repeat(1_000_000)
    for (let i = 0; i < 10; i++) await client.oneway(address, notify, { text })
    await clock.advance(1)
    expect(received).toHaveLength(10)
  })
})
