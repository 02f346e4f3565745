import { type Client, connect } from '@rocketeer/client'
import { type Server, startServer } from '@rocketeer/server'
import { freePort } from '@rocketeer/test-kit'
import { afterAll, beforeAll, expect, it } from 'vitest'

let server: Server
let client: Client
beforeAll(async () => {
  server = await startServer({ autoCreateTopics: false })
  client = await connect({ nameservers: server.nameservers })
  await client.admin().topics.create('orders')
})
afterAll(async () => {
  await client.close()
  await server.close()
})

/** Calls that fail at different depths: before a request, in an answer, in a timer, at a socket. */
const calls: Record<string, (client: Client) => Promise<unknown>> = {
  MESSAGE_INVALID: async function sendsNothing(client) {
    return await client.producer().send({ topic: 'orders', body: '' })
  },
  NO_ROUTE: async function sendsNowhere(client) {
    return await client.producer().send({ topic: 'missing', body: 'x' })
  },
  REPLY_TIMEOUT: async function asksNobody(client) {
    return await client.producer().request({ topic: 'orders', body: 'x' }, { timeoutMs: 20 })
  },
  BROKER_REFUSED: async function sendsTooMuch(client) {
    const producer = client.producer({ messageBytesMax: 64e6, compressBodyOverBytes: 64e6 })
    return await producer.send({ topic: 'orders', body: Buffer.alloc(8e6) })
  },
  BROKER_UNKNOWN: async function pullsFromNobody(client) {
    return await client.pull({ topic: 'orders', brokerName: 'nobody', queueId: 0 }, 0)
  },
  MESSAGE_NOT_FOUND: async function looksForNothing(client) {
    return await client.admin().messages.byId('C0A80001', 'orders')
  },
  NAMESERVERS_UNREACHABLE: async function connectsToNobody() {
    return await connect({ nameservers: `127.0.0.1:${await freePort()}` })
  },
}

it.each(Object.entries(calls))(
  'the stack of %s names the function that waits for the call',
  async (code, call) => {
    const error: unknown = await call(client).catch((failure) => failure)
    expect(error).toMatchObject({ code, stack: expect.stringContaining(call.name) })
    expect((error as Error).stack).not.toContain('factor')
  },
)
