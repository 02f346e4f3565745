import { type Logger, silentLogger } from '@rocketeer/foundation'
import { Serialization } from '@rocketeer/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RemotingClient } from './remoting-client.js'
import { RemotingServer } from './remoting-server.js'
import { route } from './route.js'
import { Router } from './router.js'
import { echo, echoFrame, echoHandler, RawPeer, until } from './testing/peers.js'

describe('bad input', () => {
  let server: RemotingServer
  let client: RemotingClient
  let bystander: Promise<unknown>
  const warnings: { remote?: string; reason?: string }[] = []

  beforeEach(async () => {
    warnings.length = 0
    const logger: Logger = { ...silentLogger, warn: (facts) => warnings.push(facts) }
    server = await RemotingServer.listen({
      host: '127.0.0.1',
      port: 0,
      router: new Router([route(echo, echoHandler)], { logger }),
      limits: { frameBytesMax: 64 * 1024, partialFrameBytesMax: 100_000, idleTimeoutMs: 200 },
      logger,
    })
    client = new RemotingClient()
    // A request on another connection that must survive every test.
    bystander = client.request(`127.0.0.1:${server.port}`, echo, { text: 'x', delayMs: 100 })
    bystander.catch(() => {})
  })
  afterEach(async () => {
    await client.close()
    await server.close()
  })

  async function cutOff(bytes: Buffer): Promise<RawPeer> {
    const peer = (await RawPeer.connect(server.port)).read()
    await peer.write(Buffer.concat([echoFrame(1, 'before'), bytes]))
    await until(() => peer.closed, 'the connection to be cut')
    await expect(bystander).resolves.toMatchObject({ code: 0 })
    return peer
  }

  it.each([
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), /FRAME|frame/],
    ['zeros', Buffer.alloc(64), /its length is 0/],
    ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xff]), /its length is -1/],
    ['an over-long frame', Buffer.from([0x00, 0x01, 0x00, 0x01]), /65537 bytes was announced/],
    [
      'a header longer than its frame',
      Buffer.from([0, 0, 0, 8, 0, 0, 0xff, 0xff, 1, 2, 3, 4]),
      /header is said to have/,
    ],
    ['an unknown serialization', Buffer.from([0, 0, 0, 6, 9, 0, 0, 2, 1, 2]), /serialization type is 9/],
    ['a JSON header that is none', Buffer.from([0, 0, 0, 6, 0, 0, 0, 2, 0x7b, 0x7b]), /JSON/],
  ])('%s closes only its own connection, and is logged once with the address', async (_, bytes, reason) => {
    const peer = await cutOff(bytes)
    expect(warnings.length).toBe(1)
    expect(warnings[0]?.remote).toMatch(/^127\.0\.0\.1:\d+$/)
    expect(warnings[0]?.reason).toMatch(reason)
    expect(peer.frames.length).toBeLessThanOrEqual(1)
  })

  it('a frame with malformed header fields is answered, and the connection stays open', async () => {
    const peer = (await RawPeer.connect(server.port)).read()
    const good = echoFrame(1, 'x', Serialization.ROCKETMQ)
    const bad = Buffer.from(good)
    // The length of the first field's value, now far beyond the header.
    bad.writeInt32BE(1_000, bad.indexOf('text') + 4)
    await peer.write(Buffer.concat([bad, good]))
    await until(() => peer.frames.length === 2, 'two answers')
    expect(peer.frames.map(({ code }) => code)).toEqual([1, 0])
    expect(peer.closed).toBe(false)
    peer.destroy()
  })

  it('a partial frame is dropped with its connection when no more bytes follow', async () => {
    const peer = await RawPeer.connect(server.port)
    await peer.write(echoFrame(1, 'x').subarray(0, 20))
    peer.read()
    await until(() => peer.closed, 'the connection closed')
    expect(warnings[0]?.reason).toContain('idleTimeoutMs')
  })

  it('a frame that trickles in byte by byte does not count as activity', async () => {
    const peer = (await RawPeer.connect(server.port)).read()
    let position = 0
    const bytes = echoFrame(1, 'x'.repeat(5_000))
    const trickle = setInterval(() => peer.socket.write(bytes.subarray(position, ++position)), 10)
    await until(() => peer.closed, 'the connection closed')
    clearInterval(trickle)
    expect(position).toBeLessThan(bytes.length)
  })

  it('partial frames of all connections have a common limit: the largest is dropped', async () => {
    const header = Buffer.from([0, 0, 0xf0, 0, 0, 0, 0, 2])
    const greedy = (await RawPeer.connect(server.port)).read()
    await greedy.write(Buffer.concat([header, Buffer.alloc(60_000)]))
    const second = (await RawPeer.connect(server.port)).read()
    await second.write(Buffer.concat([header, Buffer.alloc(50_000)]))
    await until(() => greedy.closed, 'the largest closed')
    expect(second.closed).toBe(false)
    expect(warnings[0]?.reason).toContain('partialFrameBytesMax')
    second.destroy()
  })
})
