import { type Logger, silentLogger } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { RemotingClient } from './remoting-client.js'
import { RemotingServer } from './remoting-server.js'
import { route } from './route.js'
import { Router } from './router.js'
import { testCertificate, testKey } from './testing/certificate.js'
import { echo, echoFrame, echoHandler, RawPeer, until } from './testing/peers.js'

function listenTls(logger: Logger = silentLogger): Promise<RemotingServer> {
  return RemotingServer.listen({
    host: '127.0.0.1',
    port: 0,
    router: new Router([route(echo, echoHandler)], { logger }),
    logger,
    tls: { key: testKey, cert: testCertificate },
  })
}

describe('TLS', () => {
  it('carries requests and large bodies', async () => {
    await using server = await listenTls()
    await using client = new RemotingClient({ tls: { ca: testCertificate } })
    const body = Buffer.alloc(1_500_000, 3)
    const response = await client.request(`localhost:${server.port}`, echo, { text: 'secret' }, body)
    expect(response.fields.text).toBe('secret')
    expect(response.body.equals(body)).toBe(true)
  })

  it('is refused by a client that does not trust the certificate', async () => {
    await using server = await listenTls()
    await using client = new RemotingClient({ tls: {} })
    await expect(client.connection(`localhost:${server.port}`)).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
      details: { reason: expect.stringContaining('self-signed') },
    })
  })

  it('rejects a peer that does not speak it, and logs the address', async () => {
    const warnings: object[] = []
    await using server = await listenTls({ ...silentLogger, warn: (facts) => warnings.push(facts) })
    const peer = (await RawPeer.connect(server.port)).read()
    await peer.write(echoFrame(1, 'in the clear'))
    await until(() => peer.closed, 'the end of it')
    await until(() => warnings.length > 0, 'a warning')
    expect(warnings).toMatchObject([{ remote: '127.0.0.1' }])
    expect(server.connections.size).toBe(0)
  })
})
