import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Probe, RemotingClient } from './remoting-client.js'
import type { RemotingServer } from './remoting-server.js'
import { route } from './route.js'
import { echo, fetchBytes, fetchFrame, listen, RawPeer, until } from './testing/peers.js'

const limits = { probeAfterMs: 100, probeTimeoutMs: 60 }
const probe: Probe = (connection, _address, options) =>
  connection.request(fetchBytes, { bytes: 0 }, undefined, options)

describe('a client with a probe', () => {
  /** What the peer still answers. */
  let answers = { echo: true, probe: true }
  let probes = 0
  let whenAsked = () => {}
  let server: RemotingServer
  let client: RemotingClient
  let address: string

  beforeEach(async () => {
    answers = { echo: true, probe: true }
    probes = 0
    whenAsked = () => {}
    server = await listen([
      route(echo, async ({ fields }) => {
        whenAsked()
        if (!answers.echo) await new Promise(() => {})
        return { fields: { text: fields.text } }
      }),
      route(fetchBytes, async () => {
        probes++
        if (!answers.probe) await new Promise(() => {})
        return { fields: {} }
      }),
    ])
    client = new RemotingClient({ limits, probe })
    address = `127.0.0.1:${server.port}`
  })
  afterEach(async () => {
    await client.close()
    await server.close()
  })

  const ask = (timeoutMs: number) => client.request(address, echo, { text: 'x' }, undefined, { timeoutMs })

  it('gives up a connection on which a request timed out and a probe is not answered', async () => {
    const connection = await client.connection(address)
    const reasons: unknown[] = []
    connection.onClose((reason) => reasons.push(reason))
    answers = { echo: false, probe: false }
    const waiting = ask(5_000)
    await expect(ask(20)).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' })
    await expect(waiting).rejects.toMatchObject({ code: 'CONNECTION_CLOSED', retryable: true })
    expect(reasons).toMatchObject([{ code: 'CONNECTION_SILENT', retryable: true, details: { address } }])
    expect(probes).toBe(1)
    answers.echo = true
    expect((await ask(1_000)).fields.text).toBe('x')
    expect(await client.connection(address)).not.toBe(connection)
  })

  it('keeps a connection whose peer is slow with one answer', async () => {
    const connection = await client.connection(address)
    answers.echo = false
    await expect(ask(20)).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' })
    await until(() => probes === 1, 'a probe')
    await delay(2 * limits.probeTimeoutMs)
    expect(connection.closed).toBe(false)
  })

  it('notices also while it only waits for an answer', async () => {
    answers = { echo: false, probe: false }
    await expect(ask(5_000)).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
  })

  it('probes again and again a peer whose answer takes long, and waits for it', async () => {
    answers.echo = false
    const waiting = ask(5_000)
    await until(() => probes === 3, 'three probes')
    answers.echo = true
    expect((await ask(1_000)).fields.text).toBe('x')
    await client.close()
    await expect(waiting).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
  })

  it('does not probe a peer that it asks for nothing', async () => {
    const connection = await client.connection(address)
    await ask(1_000)
    await delay(2 * limits.probeAfterMs)
    expect(probes).toBe(0)
    expect(connection.closed).toBe(false)
  })

  it('reads what came while its event loop was blocked before anything counts as timed out', async () => {
    const connection = await client.connection(address)
    // The answers are in the socket when this begins.
    whenAsked = () => setImmediate(() => block(150))
    const asked = [ask(30), ask(40)]
    for (const answer of await Promise.all(asked)) expect(answer.fields.text).toBe('x')
    expect(connection.closed).toBe(false)
  })
})

function block(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

describe('a server', () => {
  it('closes the connection of a peer that has sent nothing, though bytes are sent to it', async () => {
    await using server = await listen(undefined, { idleTimeoutMs: 150 })
    const peer = (await RawPeer.connect(server.port)).read()
    await until(() => server.connections.size === 1, 'a connection')
    const [connection] = server.connections
    const telling = setInterval(() => connection!.closed || connection!.oneway(echo, { text: 'x' }), 20)
    await until(() => peer.closed, 'the end of the connection')
    clearInterval(telling)
    expect(peer.frames.length).toBeGreaterThan(1)
  })

  it('keeps a peer that reads a long answer slowly', async () => {
    await using server = await listen(undefined, { idleTimeoutMs: 150, writeStallMs: 2_000 })
    const peer = await RawPeer.connect(server.port)
    for (let opaque = 1; opaque <= 8; opaque++) void peer.write(fetchFrame(opaque, 4_000_000))
    await until(() => [...server.connections].some(({ bufferedBytes }) => bufferedBytes > 0), 'answers')
    await delay(400)
    peer.read()
    await until(() => peer.frames.length === 8, 'all answers')
    peer.destroy()
  })
})
