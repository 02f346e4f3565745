import { expect, it } from 'vitest'
import { bodies, message, StoreFixture } from '../testing/store-fixture.js'

/** The bytes of a log with two messages. */
async function otherLog(): Promise<Buffer> {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  await store.append(message({ body: 'first' }))
  await store.append(message({ body: 'second' }))
  return (await store.rawLog.read(0, 10_000))!
}

it.each(['async', 'sync'] as const)(
  'a message goes behind records that were copied just now (%s)',
  async (flushMode) => {
    await using fixture = new StoreFixture()
    const store = await fixture.open({ flushMode })
    store.rawLog.append(0, await otherLog())
    expect(await store.append(message({ body: 'live' }))).toMatchObject({ status: 'ok', queueOffset: 2 })
    expect(await bodies(store)).toEqual(['first', 'second', 'live'])
  },
)

it.each(['async', 'sync'] as const)(
  'bytes do not take the place of a message not written yet (%s)',
  async (flushMode) => {
    const bytes = await otherLog()
    for (const offset of [0, 16 * 1024]) {
      await using fixture = new StoreFixture()
      const store = await fixture.open({ flushMode })
      const live = store.append(message({ body: 'live' }))
      const misplaced = expect.objectContaining({ code: 'RAW_BYTES_MISPLACED' })
      expect(() => store.rawLog.append(offset, bytes)).toThrow(misplaced)
      expect(await live).toMatchObject({ status: 'ok', physicalOffset: 0, queueOffset: 0 })
      await store.append(message({ body: 'later' }))
      expect(await bodies(store)).toEqual(['live', 'later'])
      await store.close()
      expect(await bodies(await fixture.open({ flushMode }))).toEqual(['live', 'later'])
    }
  },
)
