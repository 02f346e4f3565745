import {
  type Client,
  connect,
  isRocketeerError,
  type Message,
  type MessageToSend,
  type SendReceipt,
} from '@rocketeer/client'
import { type Server, startServer } from '@rocketeer/server'
import { seedsToRun } from '@rocketeer/test-kit'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const topic = '__proto__'

let server: Server
let client: Client

beforeAll(async () => {
  server = await startServer()
  client = await connect({ nameservers: [...server.nameservers] })
  await client.admin().topics.create(topic, { queues: 1 })
})

afterAll(async () => {
  await client?.close()
  await server?.close()
})

/** Texts with everything in them: separators, white space, emoji, halves of them, and names that objects inherit. */
const anyText = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 })
    .map((codes) => String.fromCharCode(...codes)),
  fc.constantFrom(
    '*',
    ' ',
    'a||b',
    'a|',
    '|',
    '__proto__',
    'constructor',
    'toString',
    'a b',
    '\u0001',
    '中文',
    '😀',
    'KEYS',
  ),
)

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })

/** What a program without types may give as a message. */
const anyMessage = fc.record(
  {
    topic: fc.constant(topic),
    body: fc.oneof(anyText, fc.uint8Array({ maxLength: 64 })),
    key: optional(anyText),
    keys: optional(fc.array(anyText, { maxLength: 3 })),
    tag: optional(anyText),
    flag: optional(fc.oneof(fc.integer(), fc.double())),
    priority: optional(fc.nat()),
    properties: optional(fc.dictionary(anyText, anyText, { maxKeys: 3 })),
  },
  { requiredKeys: ['topic', 'body'] },
) as fc.Arbitrary<MessageToSend>

describe('a message', () => {
  it.each(seedsToRun(1))(
    'is refused, or arrives as it was given and is found by its key and its tag: seed %i',
    async (seed) => {
      const producer = client.producer()
      const accepted: { sent: MessageToSend; receipt: SendReceipt }[] = []
      for (const sent of fc.sample(anyMessage, { seed, numRuns: 400 })) {
        try {
          accepted.push({ sent, receipt: await producer.send(sent) })
        } catch (error) {
          expect(isRocketeerError(error, 'MESSAGE_INVALID'), String(error)).toBe(true)
        }
      }
      expect(accepted.length).toBeGreaterThan(40)
      for (const { sent, receipt } of accepted) await expectArrived(sent, receipt)
    },
    60_000,
  )
})

async function expectArrived(sent: MessageToSend, receipt: SendReceipt): Promise<void> {
  const queue = { topic, ...receipt.queue }
  const offset = receipt.queueOffset
  // By its tag, which two filters see: the broker's by hash, the client's by text.
  const { messages } = await client.pull(queue, offset, { messagesMax: 1, tags: sent.tag ?? '*' })
  const message = messages[0]!
  expect(message.queueOffset).toBe(offset)
  const keys = sent.keys ?? (sent.key === undefined ? [] : [sent.key])
  expect(message).toMatchObject({ topic, tag: sent.tag, keys, flag: (sent.flag ?? 0) + 0 })
  expect(message.priority).toBe(sent.priority)
  expect(bytesOf(message.body)).toEqual(bytesOf(sent.body))
  expect(Object.entries(message.userProperties)).toEqual(Object.entries(sent.properties ?? {}))
  for (const key of keys) expect(await offsetsUnder(key)).toContain(offset)
}

async function offsetsUnder(key: string): Promise<number[]> {
  const found: Message[] = await client.admin().messages.byKey(topic, key, { messagesMax: 64 })
  return found.map(({ queueOffset }) => queueOffset)
}

function bytesOf(body: MessageToSend['body']): number[] {
  return [...Buffer.from(body as Uint8Array)]
}
