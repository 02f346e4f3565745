import { ResponseCode } from '@rocketeer/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import { ConsumerProgram, javaPrograms, refusedConsumer, send } from './programs/client-programs.js'

// Off by default in Apache.
const properties = { enablePropertyFilter: 'true' }
const client = javaPrograms('JSON')

describe.each(peerKinds)('SQL92 filters of the Java client against %s', (kind) => {
  let peer: Peer
  beforeAll(async () => {
    peer = await Peer.start(kind, { properties })
  })
  afterAll(() => peer?.close())

  const names = () => {
    const topic = `java_sql_${Date.now().toString(36)}`
    return { nameservers: peer.nameserver.address, topic, group: `${topic}_group` }
  }

  it('a push consumer receives the messages that match', async () => {
    const place = names()
    await send(client, { ...place, count: 40, prefix: 'first', tags: 'red,green,' })
    const sql = "index BETWEEN 10 AND 25 AND (TAGS = 'red' OR TAGS IS NULL) AND colour CONTAINS 'green'"
    await using consumer = await ConsumerProgram.start(client, { ...place, sql })
    const wanted = Array.from({ length: 16 }, (_, i) => i + 10).filter((index) => index % 3 !== 1)
    await consumer.received(wanted.length)
    // These meet waiting pulls: some are woken by messages that do not match, and go on waiting.
    await send(client, { ...place, count: 12, prefix: 'later', tags: 'red' })
    await consumer.received(wanted.length + 2)
    expect(consumer.messages.map((message) => message.body).sort()).toEqual(
      [...wanted.map((index) => `first-${index}`), 'later-10', 'later-11'].sort(),
    )
  })

  it('a wrong expression keeps a consumer from starting, with line and column in the reason', async () => {
    const place = names()
    await send(client, { ...place })
    const refused = await refusedConsumer(client, { ...place, sql: 'index > > 5' })
    expect(refused.code).toBe(ResponseCode.SUBSCRIPTION_PARSE_FAILED)
    expect(refused.reason).toContain('line 1, column 9')
  })
})
