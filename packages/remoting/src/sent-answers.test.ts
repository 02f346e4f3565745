import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Frame, FrameDecoder } from '@rocketeer/protocol'
import { describe, expect, it } from 'vitest'
import { RemotingServer } from './remoting-server.js'
import { route } from './route.js'
import { Router } from './router.js'
import { testCertificate, testKey } from './testing/certificate.js'
import { fetchBytes, fetchFrame, until } from './testing/peers.js'

const REQUESTS = 150

/** Answers each request with bytes of its opaque, in memory that comes back when an answer has left. */
async function listen(tls: boolean) {
  const spare: Buffer[] = []
  const memory = new Set<Buffer>()
  const handler = route(fetchBytes, ({ opaque, fields }) => {
    const body = spare.pop() ?? Buffer.allocUnsafeSlow(150_000)
    memory.add(body)
    body.fill(opaque & 0xff)
    return { fields: {}, body: body.subarray(0, fields.bytes), onSent: () => spare.push(body) }
  })
  const server = await RemotingServer.listen({
    host: '127.0.0.1',
    port: 0,
    router: new Router([handler]),
    limits: { pauseReadingBytes: 1024 * 1024 },
    tls: tls ? { key: testKey, cert: testCertificate } : undefined,
  })
  return { server, spare, memory }
}

describe.each([false, true])('memory of answers, with TLS: %s', (tls) => {
  it('is used again only when the peer can get every byte of them', async () => {
    const { server, spare, memory } = await listen(tls)
    await using _ = server
    const address = { host: '127.0.0.1', port: server.port }
    const socket = tls
      ? connectTls({ ...address, ca: testCertificate, servername: 'localhost' })
      : connect(address)
    const frames: Frame[] = []
    const decoder = new FrameDecoder()
    await new Promise((resolve) => socket.once(tls ? 'secureConnect' : 'connect', resolve))
    for (let opaque = 1; opaque <= REQUESTS; opaque++)
      socket.write(fetchFrame(opaque, opaque % 3 === 0 ? 100 : 1_000 * opaque))
    // Answers pile up before anything is read.
    await until(() => [...server.connections].some(({ paused }) => paused), 'a pause')
    socket.on('data', (chunk) => decoder.push(chunk, (frame) => frames.push(frame)))
    await until(() => frames.length === REQUESTS, 'all answers')
    for (const { opaque, body } of frames) {
      const expected = Buffer.alloc(opaque % 3 === 0 ? 100 : 1_000 * opaque, opaque & 0xff)
      expect(body.equals(expected)).toBe(true)
    }
    await until(() => spare.length === memory.size, 'all memory to come back')
    expect(memory.size).toBeLessThan(REQUESTS)
    socket.destroy()
  })
})
