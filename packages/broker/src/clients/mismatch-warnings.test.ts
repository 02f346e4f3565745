import { type Logger, silentLogger } from '@rocketeer/foundation'
import { LanguageCode, PROTOCOL_VERSION } from '@rocketeer/protocol'
import type { Connection } from '@rocketeer/remoting'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'
import { MismatchWarnings } from './mismatch-warnings.js'
import type { RegisteredClient } from './registered-client.js'

interface Line {
  facts: { group?: string; members?: object[]; differences?: object[] }
  text: string
}

let warnings: Line[]
let news: Line[]
let logger: Logger

beforeEach(() => {
  warnings = []
  news = []
  logger = {
    ...silentLogger,
    warn: (facts, text) => warnings.push({ facts, text }),
    info: (facts, text) => news.push({ facts, text }),
  }
})

describe('a consumer group', () => {
  let broker: BrokerFixture
  let one: TestClient
  let two: TestClient

  beforeEach(async () => {
    broker = await BrokerFixture.start({ logger })
    one = await broker.client()
    two = await broker.client()
    await one.consume('readers', { orders: 'a || b' }, { clientID: 'one' })
  })

  afterEach(() => broker[Symbol.asyncDispose]())

  it('is not warned about members that are alike', async () => {
    await two.consume('readers', { orders: 'b||a' }, { clientID: 'two', subVersion: 7 })
    await two.consume('readers', { orders: 'b||a', '%RETRY%readers': '*' }, { clientID: 'two' })
    await two.consume('others', { orders: 'c' }, { clientID: 'two' })
    expect(warnings).toEqual([])
  })

  it('is warned about by name, with both members and what they do differently', async () => {
    await two.consume('readers', { orders: 'c', payments: '*' }, { clientID: 'two' })
    expect(warnings).toHaveLength(1)
    const [{ facts, text }] = warnings as [Line]
    const kind = { language: 'NODE_JS', version: 'V5_5_0' }
    expect(facts).toEqual({
      group: 'readers',
      members: [
        { clientId: 'one', address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), ...kind },
        { clientId: 'two', address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), ...kind },
      ],
      differences: [
        { what: 'topic orders', one: '"a || b"', other: '"c"' },
        { what: 'topic payments', one: 'not subscribed', other: '"*"' },
      ],
    })
    for (const part of [
      'readers',
      'one (127.0.0.1:',
      'two (127.0.0.1:',
      'NODE_JS V5_5_0',
      'topic orders "c"',
    ])
      expect(text).toContain(part)
  })

  it.each([
    ['another message model', { messageModel: 'BROADCASTING' }, 'messageModel'],
    ['another kind of expression', { expressionType: 'SQL92' }, 'topic orders'],
  ])('is warned about for %s', async (_name, changes, what) => {
    await two.consume('readers', { orders: 'a || b' }, { clientID: 'two', ...changes })
    expect(warnings.map(({ facts }) => facts.differences)).toMatchObject([[{ what }]])
  })

  it('is warned about once, and again when the difference is another one', async () => {
    for (let beat = 0; beat < 3; beat++) {
      await one.consume('readers', { orders: 'a || b' }, { clientID: 'one' })
      await two.consume('readers', { orders: 'c' }, { clientID: 'two' })
    }
    expect(warnings).toHaveLength(1)
    await two.consume('readers', { orders: 'd' }, { clientID: 'two' })
    expect(warnings).toHaveLength(2)
    await two.consume('readers', { orders: 'a || b' }, { clientID: 'two' })
    expect(news.map(({ text }) => text)).toContain(
      'the members of the consumer group readers are alike again',
    )
    await two.consume('readers', { orders: 'd' }, { clientID: 'two' })
    expect(warnings).toHaveLength(3)
  })

  it('is not warned about again because a member reconnects', async () => {
    await two.consume('readers', { orders: 'c' }, { clientID: 'two' })
    one.connection.close()
    await expect.poll(() => broker.parts.consumers.get('readers')?.members.size).toBe(1)
    const back = await broker.client()
    await back.consume('readers', { orders: 'a || b' }, { clientID: 'one' })
    expect(warnings).toHaveLength(1)
  })

  it('is warned about once when two living members have one client id', async () => {
    const twin = await broker.client()
    const beat = async (member: TestClient) => {
      await member.consume('readers', { orders: 'a || b' }, { clientID: 'one' })
      await broker.clock.advance(1_000)
    }
    await beat(twin)
    // The other connection may be one that this member has left.
    await beat(twin)
    expect(warnings).toEqual([])
    for (let turn = 0; turn < 3; turn++) for (const each of [one, twin]) await beat(each)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]!.facts).toMatchObject({ group: 'readers', clientId: 'one' })
    const addresses = [one, twin].map(({ connection }) => connection.localAddress)
    for (const address of addresses) expect(warnings[0]!.text).toContain(address)
  })

  it('is not warned about a member that leaves its subscriptions out because they have not changed', async () => {
    await two.consume('readers', { orders: 'a||b' }, { clientID: 'two', heartbeatFingerprint: 7 })
    await two.consume('readers', {}, { clientID: 'two', heartbeatFingerprint: 7, withoutSub: true })
    expect(warnings).toEqual([])
  })
})

describe('a producer group', () => {
  const client = (
    clientId: string,
    language: keyof typeof LanguageCode,
    version = PROTOCOL_VERSION,
  ): RegisteredClient => ({
    connection: { remoteAddress: `10.0.0.1:${clientId.length}` } as Connection,
    clientId,
    language: LanguageCode[language],
    version,
    lastHeartbeatAt: 0,
  })
  const java = client('java', 'JAVA')

  it.each([
    ['another language', client('go', 'GO'), 'GO V5_5_0'],
    ['another major version', client('old', 'JAVA', 403), 'JAVA V4_9_5'],
  ])('is warned about for %s, once', (_name, other, kind) => {
    const mismatches = new MismatchWarnings({ logger })
    mismatches.producersChanged('writers', [java, other])
    mismatches.producersChanged('writers', [other, java])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]!.facts.group).toBe('writers')
    for (const part of ['writers', java.clientId, other.clientId, 'JAVA V5_5_0', kind])
      expect(warnings[0]!.text).toContain(part)
  })

  it('is not warned about in a rolling update, nor is the one every Java client has', () => {
    const mismatches = new MismatchWarnings({ logger })
    mismatches.producersChanged('writers', [java, client('newer', 'JAVA', PROTOCOL_VERSION + 2)])
    mismatches.producersChanged('CLIENT_INNER_PRODUCER', [java, client('go', 'GO')])
    expect(warnings).toEqual([])
  })
})
