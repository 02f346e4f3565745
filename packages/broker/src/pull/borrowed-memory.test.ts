import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import type { TestClient } from '../testing/test-client.js'

const MEBIBYTE = 1024 * 1024
const BODY = Buffer.alloc(5_000, 'x')

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
})

afterEach(async () => {
  vi.restoreAllMocks()
  await broker[Symbol.asyncDispose]()
})

/** Bytes of the slabs that are made while `work` runs. */
async function slabBytes(work: () => Promise<unknown>): Promise<number> {
  const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow')
  await work()
  return allocate.mock.calls.reduce((sum, [bytes]) => sum + (bytes === MEBIBYTE ? bytes : 0), 0)
}

it('pulls one answer after the other from the same memory', async () => {
  for (let i = 0; i < 32; i++) await client.send('orders', { body: BODY })
  const bytes = await slabBytes(async () => {
    for (let i = 0; i < 100; i++) {
      const { messages } = await client.pull('readers', 'orders', 0, { tags: '*' })
      expect(messages).toHaveLength(32)
      expect(messages.every(({ body }) => body.equals(BODY))).toBe(true)
    }
  })
  expect(bytes).toBe(MEBIBYTE)
})

it('pops one answer after the other from the same memory', async () => {
  const popper = new PopClient(client.connection)
  for (let i = 0; i < 256; i++) await client.send('orders', { body: BODY })
  const bytes = await slabBytes(async () => {
    for (let i = 0; i < 8; i++) {
      const { messages } = await popper.pop('orders', { maxMsgNums: 32 })
      expect(messages).toHaveLength(32)
      expect(messages.every(({ body }) => body.equals(BODY))).toBe(true)
    }
  })
  expect(bytes).toBe(MEBIBYTE)
})
