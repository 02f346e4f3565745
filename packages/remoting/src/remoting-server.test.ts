import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Connection } from './connection.js'
import { RemotingClient } from './remoting-client.js'
import { RemotingServer } from './remoting-server.js'
import { Router } from './router.js'
import { echo, fetchBytes, listen, RawPeer, until } from './testing/peers.js'

const router = new Router([])

describe('RemotingServer', () => {
  it('names a port that is taken', async () => {
    await using server = await listen()
    const taken = RemotingServer.listen({ host: '127.0.0.1', port: server.port, router })
    await expect(taken).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      details: { host: '127.0.0.1', port: server.port },
      message: expect.stringContaining(`port ${server.port}`),
    })
  })

  it('refuses to listen on an address of another machine', async () => {
    // From the range reserved for documentation.
    await expect(RemotingServer.listen({ host: '192.0.2.1', port: 0, router })).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
    })
  })

  it('refuses unknown and impossible limits', async () => {
    for (const limits of [{ frameBytes: 1 }, { idleTimeoutMs: 0 }, { connectionsMax: 1.5 }]) {
      await expect(RemotingServer.listen({ port: 0, router, limits })).rejects.toMatchObject({
        code: 'OPTION_INVALID',
      })
    }
  })

  it('reports connections that come and go, with hosts encoded as in records', async () => {
    await using server = await listen()
    const came: Connection[] = []
    const left: Connection[] = []
    server.onConnection((connection) => came.push(connection))
    server.onDisconnect((connection) => left.push(connection))
    const peer = await RawPeer.connect(server.port)
    await until(() => came.length === 1, 'a connection')
    const port = peer.socket.localPort!
    expect(came[0]?.remoteAddress).toBe(`127.0.0.1:${port}`)
    expect(came[0]?.localAddress).toBe(`127.0.0.1:${server.port}`)
    expect([...came[0]!.remoteHost]).toEqual([127, 0, 0, 1, 0, 0, port >> 8, port & 0xff])
    expect(came[0]?.localHost.readInt32BE(4)).toBe(server.port)
    expect([...server.connections]).toEqual(came)
    peer.destroy()
    await until(() => left.length === 1, 'the end of it')
    expect(left).toEqual(came)
    expect(server.connections.size).toBe(0)
  })

  it('does not call a listener that was removed', async () => {
    await using server = await listen()
    const calls: string[] = []
    server.onConnection(() => calls.push('connected'))()
    server.onDisconnect(() => calls.push('disconnected'))()
    const peer = await RawPeer.connect(server.port)
    await until(() => server.connections.size === 1, 'a connection')
    peer.destroy()
    await until(() => server.connections.size === 0, 'the end of it')
    expect(calls).toEqual([])
  })

  it('accepts at most connectionsMax connections', async () => {
    await using server = await listen(undefined, { connectionsMax: 2 })
    const peers = [await RawPeer.connect(server.port), await RawPeer.connect(server.port)]
    const third = (await RawPeer.connect(server.port)).read()
    await until(() => third.closed, 'the third to be refused')
    expect(peers.map(({ closed }) => closed)).toEqual([false, false])
    for (const peer of peers) peer.destroy()
  })

  it('closes idle connections and keeps those in use', async () => {
    await using server = await listen(undefined, { idleTimeoutMs: 150 })
    await using client = new RemotingClient()
    const address = `127.0.0.1:${server.port}`
    const used = await client.connection(address)
    const idle = (await RawPeer.connect(server.port)).read()
    const closedAt = new Promise<void>((resolve) => idle.socket.once('close', () => resolve()))
    const use = setInterval(() => used.request(echo, { text: 'x' }).catch(() => {}), 30)
    await closedAt
    await delay(200)
    clearInterval(use)
    expect(used.closed).toBe(false)
  })

  it('writes waiting answers before it closes', async () => {
    const server = await listen()
    await using client = new RemotingClient()
    const requests = Array.from({ length: 4 }, () =>
      client.request(`127.0.0.1:${server.port}`, fetchBytes, { bytes: 2_000_000 }),
    )
    await until(() => [...server.connections].some((connection) => connection.bufferedBytes > 0), 'answers')
    await server.close()
    const outcomes = await Promise.allSettled(requests)
    expect(outcomes.map(({ status }) => status)).toEqual(requests.map(() => 'fulfilled'))
  })

  it('closes even when a peer does not read, and may be closed twice', async () => {
    const server = await listen(undefined, { pauseReadingBytes: 1_000_000 })
    const peer = await RawPeer.connect(server.port)
    await until(() => server.connections.size === 1, 'a connection')
    const first = server.close()
    expect(server.close()).toBe(first)
    await first
    peer.destroy()
  })
})
