import { setTimeout as delay } from 'node:timers/promises'
import { ResponseCode, Serialization } from '@rocketeer/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from './connection.js'
import { RemotingClient } from './remoting-client.js'
import type { RemotingServer } from './remoting-server.js'
import { route } from './route.js'
import { Router } from './router.js'
import {
  echo,
  echoFrame,
  echoHandler,
  fetchBytes,
  fetchBytesHandler,
  listen,
  notify,
  RawPeer,
  until,
} from './testing/peers.js'

describe.each([
  ['JSON', Serialization.JSON],
  ['ROCKETMQ', Serialization.ROCKETMQ],
])('requests with %s headers', (_, serialization) => {
  let server: RemotingServer
  let client: RemotingClient
  let address: string
  const received: string[] = []

  beforeEach(async () => {
    received.length = 0
    server = await listen([
      route(echo, echoHandler),
      route(fetchBytes, fetchBytesHandler),
      route(notify, ({ fields }) => {
        received.push(fields.text)
        return {}
      }),
    ])
    address = `127.0.0.1:${server.port}`
    client = new RemotingClient({
      serialization,
      router: new Router([route(echo, ({ fields }) => ({ fields: { text: `client: ${fields.text}` } }))]),
    })
  })
  afterEach(async () => {
    await client.close()
    await server.close()
  })

  it('are answered with code, fields and body', async () => {
    const body = Buffer.from('a body')
    const response = await client.request(address, echo, { text: 'grüße' }, body)
    expect(response.code).toBe(ResponseCode.SUCCESS)
    expect(response.remark).toBeUndefined()
    expect(response.fields.text).toBe('grüße')
    expect(response.body).toEqual(body)
  })

  it('are answered in the order in which their handlers finish', async () => {
    const order: string[] = []
    const send = async (value: string, delayMs?: number) => {
      const { fields } = await client.request(address, echo, { text: value, delayMs })
      order.push(fields.text)
    }
    await Promise.all([send('slow', 60), send('middle', 20), send('fast')])
    expect(order).toEqual(['fast', 'middle', 'slow'])
  })

  it('carry large bodies both ways, beside many small requests', async () => {
    const large = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251))
    const small = Array.from({ length: 200 }, (_, index) =>
      client.request(address, echo, { text: `${index}` }),
    )
    const response = await client.request(address, echo, { text: 'large' }, large)
    expect(response.body.equals(large)).toBe(true)
    expect((await Promise.all(small)).map(({ fields }) => fields.text)).toEqual(
      Array.from({ length: 200 }, (_, index) => `${index}`),
    )
  })

  it('arrive whole however TCP cuts them', async () => {
    const peer = (await RawPeer.connect(server.port)).read()
    const bytes = Buffer.concat([echoFrame(1, 'one', serialization), echoFrame(2, 'two', serialization)])
    for (const byte of bytes) await peer.write(Buffer.from([byte]))
    await until(() => peer.frames.length === 2, 'two answers')
    expect(peer.frames.map(({ opaque }) => opaque)).toEqual([1, 2])
    expect(peer.frames[0]?.serialization).toBe(serialization)
    peer.destroy()
  })

  it('may be one-way', async () => {
    await client.oneway(address, notify, { text: 'one' })
    await client.oneway(address, notify, { text: 'two' })
    await until(() => received.length === 2, 'both one-way requests')
    expect(received).toEqual(['one', 'two'])
  })

  it('can go from the server to the client as well', async () => {
    const connected = new Promise<Connection>((resolve) => server.onConnection(resolve))
    await client.request(address, echo, { text: 'hello' })
    const response = await (await connected).request(echo, { text: 'who is there?' })
    expect(response.fields.text).toBe('client: who is there?')
    const unknown = await (await connected).request(fetchBytes, { bytes: 1 })
    expect(unknown.code).toBe(ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
  })

  it('time out one by one, and a late answer does no harm', async () => {
    const late = client.request(address, echo, { text: 'late', delayMs: 80 }, undefined, { timeoutMs: 20 })
    const patient = client.request(address, echo, { text: 'patient', delayMs: 120 })
    await expect(late).rejects.toMatchObject({
      code: 'REQUEST_TIMEOUT',
      retryable: true,
      details: { address, command: 'SEND_MESSAGE', timeoutMs: 20 },
    })
    expect((await patient).fields.text).toBe('patient')
  })

  it('can be aborted by a signal, before and while they wait', async () => {
    const controller = new AbortController()
    const reason = new Error('not needed any more')
    const waiting = client.request(address, echo, { text: 'x', delayMs: 500 }, undefined, {
      signal: controller.signal,
    })
    await delay(20)
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    const never = client.request(address, echo, { text: 'x' }, undefined, { signal: controller.signal })
    await expect(never).rejects.toBe(reason)
    expect((await client.request(address, echo, { text: 'next' })).fields.text).toBe('next')
  })

  it('fail together when the connection breaks, and the next request makes a new connection', async () => {
    const waiting = Array.from({ length: 5 }, () =>
      client.request(address, echo, { text: 'x', delayMs: 2_000 }),
    )
    await until(() => server.connections.size === 1, 'the connection')
    await delay(20)
    for (const connection of server.connections) connection.close(new Error('pulled the plug'))
    for (const outcome of await Promise.allSettled(waiting)) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'CONNECTION_CLOSED', retryable: true },
      })
    }
    expect((await client.request(address, echo, { text: 'again' })).fields.text).toBe('again')
  })
})
