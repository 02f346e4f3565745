import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { RemotingClient } from './remoting-client.js'
import { echo, listen, until } from './testing/peers.js'

/** A server that accepts connections at the level of TCP and says nothing. */
async function silentServer(): Promise<{ address: string; close(): void }> {
  const server = createServer((socket) => socket.on('error', () => {}))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { address: `127.0.0.1:${port}`, close: () => server.close() }
}

describe('RemotingClient', () => {
  it('makes one connection for callers that need it at the same time', async () => {
    await using server = await listen()
    await using client = new RemotingClient()
    const address = `127.0.0.1:${server.port}`
    const connections = await Promise.all([1, 2, 3].map(() => client.connection(address)))
    await Promise.all([1, 2, 3].map(() => client.request(address, echo, { text: 'x' })))
    expect(new Set(connections).size).toBe(1)
    expect(server.connections.size).toBe(1)
  })

  it('says why it cannot connect, and tries again with the next request', async () => {
    await using client = new RemotingClient()
    const gone = await listen()
    const address = `127.0.0.1:${gone.port}`
    await gone.close()
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(client.request(address, echo, { text: 'x' })).rejects.toMatchObject({
        code: 'CONNECT_FAILED',
        retryable: true,
        details: { address, reason: 'connection refused' },
      })
    }
    await expect(client.connection('nowhere')).rejects.toMatchObject({ code: 'ADDRESS_INVALID' })
  })

  it('gives up connecting after its timeout', async () => {
    const server = await silentServer()
    // A TLS handshake without an answer stands for a host that does not answer.
    await using client = new RemotingClient({ connectTimeoutMs: 50, tls: {} })
    const { address } = server
    await expect(client.connection(address)).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
      details: { reason: expect.stringContaining('50 ms') },
    })
    server.close()
  })

  it('lets one caller give up without spoiling the connection for another', async () => {
    const server = await silentServer()
    const client = new RemotingClient({ tls: {} })
    const { address } = server
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    const aborted = client.connection(address, { signal: controller.signal })
    const hasty = client.connection(address, { timeoutMs: 20 })
    const patient = client.connection(address)
    controller.abort(reason)
    await expect(aborted).rejects.toBe(reason)
    await expect(hasty).rejects.toMatchObject({
      code: 'REQUEST_TIMEOUT',
      message: `${address} did not answer the connection attempt within 20 ms (timeoutMs)`,
    })
    await Promise.all([
      expect(patient).rejects.toMatchObject({ details: { reason: expect.stringContaining('closed') } }),
      client.close(),
    ])
    server.close()
  })

  it('reports the address of a lost connection', async () => {
    const server = await listen()
    await using client = new RemotingClient()
    const address = `127.0.0.1:${server.port}`
    const lost: string[] = []
    client.onDisconnect((which) => lost.push(which))
    const connection = await client.connection(address)
    const reasons: unknown[] = []
    connection.onClose((reason) => reasons.push(reason))
    await server.close()
    await until(() => lost.length === 1, 'the news')
    expect(lost).toEqual([address])
    expect(reasons).toEqual([undefined])
    await expect(connection.request(echo, { text: 'x' })).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
    expect(() => connection.oneway(echo, { text: 'x' })).toThrow(
      expect.objectContaining({ code: 'CONNECTION_CLOSED' }),
    )
  })

  it('reports connections to an address whose last one ended, and no others', async () => {
    await using server = await listen()
    await using client = new RemotingClient()
    const address = `127.0.0.1:${server.port}`
    const again: string[] = []
    const stop = client.onReconnect((which) => again.push(which))
    for (let i = 0; i < 3; i++) (await client.connection(address)).close()
    expect(again).toEqual([address, address])
    stop()
    await client.connection(address)
    expect(again).toHaveLength(2)
  })

  it('connects again when it needs a connection that was closed', async () => {
    await using server = await listen()
    await using client = new RemotingClient()
    const address = `127.0.0.1:${server.port}`
    const first = await client.connection(address)
    first.close()
    expect(first.closed).toBe(true)
    const second = await client.connection(address)
    expect(second).not.toBe(first)
    expect((await second.request(echo, { text: 'x' })).fields.text).toBe('x')
  })

  it('tells a listener that comes after the close why the connection was closed', async () => {
    await using server = await listen()
    await using client = new RemotingClient()
    const connection = await client.connection(`127.0.0.1:${server.port}`)
    const reason = new Error('not needed any more')
    connection.close(reason)
    const reasons: unknown[] = []
    connection.onClose((why) => reasons.push(why))
    expect(reasons).toEqual([reason])
  })

  it('refuses requests once closed', async () => {
    await using server = await listen()
    const client = new RemotingClient()
    const address = `127.0.0.1:${server.port}`
    const waiting = client.request(address, echo, { text: 'x', delayMs: 5_000 })
    await until(() => server.connections.size === 1, 'a connection')
    const closing = client.close()
    await expect(waiting).rejects.toMatchObject({
      code: expect.stringMatching(/CONNECTION_CLOSED|CONNECT_FAILED/),
    })
    await closing
    await client.close()
    await expect(client.connection(address)).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
    await until(() => server.connections.size === 0, 'the server to notice')
  })
})
