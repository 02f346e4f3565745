import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Connection } from './connection.js'
import type { RemotingLimitsInput } from './limits.js'
import { RemotingClient } from './remoting-client.js'
import type { RemotingServer } from './remoting-server.js'
import { type HandlerOf, type Route, route } from './route.js'
import { echo, fetchBytes, fetchFrame, listen, notify, RawPeer, until } from './testing/peers.js'

const MEBIBYTE = 1024 * 1024
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function start(limits: RemotingLimitsInput, routes?: readonly Route[]) {
  const server = await listen(routes, limits)
  closers.push(() => server.close())
  const peer = await RawPeer.connect(server.port)
  closers.push(() => peer.destroy())
  const connection = await firstConnection(server)
  const closed: (Error | undefined)[] = []
  connection.onClose((reason) => closed.push(reason))
  return { server, peer, connection, closed }
}

async function firstConnection(server: RemotingServer): Promise<Connection> {
  await until(() => server.connections.size > 0, 'a connection')
  return [...server.connections][0]!
}

describe('a peer that sends requests and never reads its answers', () => {
  it('is not read beyond the limit, and is served again once it reads', async () => {
    const { peer, connection } = await start({ pauseReadingBytes: MEBIBYTE })
    const requests = 1_000
    const answerBytes = 100_000
    // 100 MB of answers to one packet of requests: pausing the socket alone would not be enough.
    for (let opaque = 1; opaque <= requests; opaque++) void peer.write(fetchFrame(opaque, answerBytes))
    await until(() => connection.paused, 'a pause')
    await delay(100)
    expect(connection.paused).toBe(true)
    expect(connection.bufferedBytes).toBeGreaterThan(MEBIBYTE)
    expect(connection.bufferedBytes).toBeLessThan(MEBIBYTE + 2 * answerBytes)
    peer.read()
    await until(() => peer.frames.length === requests, 'all answers')
    expect(peer.frames.map(({ opaque }) => opaque)).toEqual(Array.from({ length: requests }, (_, i) => i + 1))
    expect(connection.paused).toBe(false)
    expect(connection.bufferedBytes).toBe(0)
  })

  it('does not slow down other peers', async () => {
    const { server, peer, connection } = await start({ pauseReadingBytes: MEBIBYTE })
    for (let opaque = 1; opaque <= 200; opaque++) void peer.write(fetchFrame(opaque, 100_000))
    await until(() => connection.paused, 'a pause')
    const client = new RemotingClient()
    closers.push(() => client.close())
    const response = await client.request(`127.0.0.1:${server.port}`, fetchBytes, { bytes: 10 })
    expect(response.body.length).toBe(10)
  })

  it('is cut off when it reads nothing for too long', async () => {
    const { peer, connection, closed } = await start({ pauseReadingBytes: MEBIBYTE, writeStallMs: 100 })
    for (let opaque = 1; opaque <= 200; opaque++) void peer.write(fetchFrame(opaque, 100_000))
    await until(() => closed.length === 1, 'the end of the connection')
    expect(closed).toMatchObject([{ code: 'WRITE_STALLED' }])
    expect(connection.closed).toBe(true)
  })

  it('is cut off when late answers exceed the hard limit', async () => {
    const late = route(fetchBytes, async ({ fields }) => {
      await delay(20)
      return { fields: {}, body: Buffer.alloc(fields.bytes) }
    })
    const { peer, closed } = await start({ pauseReadingBytes: 100_000, sendBufferBytesMax: 8 * MEBIBYTE }, [
      late,
    ])
    for (let opaque = 1; opaque <= 300; opaque++) void peer.write(fetchFrame(opaque, 100_000))
    await until(() => closed.length === 1, 'the end of the connection')
    expect(closed).toMatchObject([{ code: 'SEND_BUFFER_FULL' }])
  })

  it('is cut off first when all send buffers together exceed their limit', async () => {
    const { server, peer, closed } = await start({ sendBuffersBytesMax: 4 * MEBIBYTE, writeStallMs: 400 })
    const modest = await RawPeer.connect(server.port)
    closers.push(() => modest.destroy())
    await modest.write(fetchFrame(1, 10))
    for (let opaque = 1; opaque <= 300; opaque++) void peer.write(fetchFrame(opaque, 100_000))
    await until(() => closed.length === 1, 'the end of the greedy connection')
    expect(closed).toMatchObject([{ code: 'SEND_BUFFERS_FULL' }])
    expect(server.connections.size).toBe(1)
  })

  it('is sent no further requests: they fail at once, one-way or not', async () => {
    const { peer, connection } = await start({ pauseReadingBytes: MEBIBYTE })
    for (let opaque = 1; opaque <= 200; opaque++) void peer.write(fetchFrame(opaque, 100_000))
    await until(() => connection.paused, 'a pause')
    const full = { code: 'SEND_BUFFER_FULL', retryable: true, details: { address: connection.remoteAddress } }
    expect(() => connection.oneway(notify, { text: 'x' })).toThrow(
      expect.objectContaining({ code: full.code }),
    )
    await expect(connection.request(echo, { text: 'x' })).rejects.toMatchObject(full)
  })
})

describe('a peer with too many unanswered requests', () => {
  const answers: ((reply: Awaited<ReturnType<HandlerOf<typeof echo>>>) => void)[] = []
  const unanswered = route(echo, () => new Promise((resolve) => answers.push(resolve)))
  afterEach(() => {
    answers.length = 0
  })

  it('is read again when some of them are answered', async () => {
    const server = await listen([unanswered], { openRequestsMax: 10 })
    closers.push(() => server.close())
    const client = new RemotingClient()
    closers.push(() => client.close())
    const requests = Array.from({ length: 25 }, () =>
      client.request(`127.0.0.1:${server.port}`, echo, { text: 'x' }),
    )
    await until(() => answers.length === 10, 'ten open requests')
    const connection = await firstConnection(server)
    await delay(50)
    expect([answers.length, connection.paused]).toEqual([10, true])
    for (let answered = 0; answered < 25; answered++) {
      await until(() => answers.length > answered, 'the next request')
      expect(answers.length - answered).toBeLessThanOrEqual(10)
      answers[answered]!({ fields: { text: 'done' } })
    }
    expect((await Promise.all(requests)).length).toBe(25)
    expect(connection.paused).toBe(false)
  })

  it('is not read while their bodies take too much memory', async () => {
    const server = await listen([unanswered], { openRequestBytesMax: MEBIBYTE })
    closers.push(() => server.close())
    const client = new RemotingClient()
    closers.push(() => client.close())
    const body = Buffer.alloc(400_000)
    const requests = Array.from({ length: 10 }, () =>
      client.request(`127.0.0.1:${server.port}`, echo, { text: 'x' }, body).catch(() => {}),
    )
    const connection = await firstConnection(server)
    await until(() => connection.paused, 'a pause')
    await delay(50)
    expect(answers.length).toBe(3)
    await client.close()
    await Promise.all(requests)
  })
})

describe('our own requests', () => {
  it('are refused when too many already wait for an answer', async () => {
    const server = await listen()
    closers.push(() => server.close())
    const client = new RemotingClient({ limits: { pendingRequestsMax: 2 } })
    closers.push(() => client.close())
    const address = `127.0.0.1:${server.port}`
    await client.connection(address)
    const waiting = [1, 2].map(() => client.request(address, echo, { text: 'x', delayMs: 30 }))
    await expect(client.request(address, echo, { text: 'x' })).rejects.toMatchObject({
      code: 'TOO_MANY_PENDING',
      retryable: true,
    })
    await Promise.all(waiting)
    await client.request(address, echo, { text: 'x' })
  })

  it('are refused when the peer does not read them', async () => {
    const server = await listen([route(echo, () => new Promise(() => {}))], { openRequestsMax: 1 })
    closers.push(() => server.close())
    const client = new RemotingClient({ limits: { sendBufferBytesMax: 4 * MEBIBYTE } })
    closers.push(() => client.close())
    const connection = await client.connection(`127.0.0.1:${server.port}`)
    const body = Buffer.alloc(MEBIBYTE)
    const failures: { code: string }[] = []
    await until(() => {
      if (failures.length === 0)
        connection.request(echo, { text: 'x' }, body).catch((error) => failures.push(error))
      return failures.length > 0
    }, 'a refusal')
    expect(failures[0]).toMatchObject({ code: 'SEND_BUFFER_FULL' })
    expect(connection.bufferedBytes).toBeLessThan(6 * MEBIBYTE)
  })
})
