import { expect, it } from 'vitest'
import { copyLog } from '../testing/raw-copy.js'
import { bodies, message, StoreFixture } from '../testing/store-fixture.js'

/** Two records of a log and where the second begins. */
async function twoRecords(): Promise<{ bytes: Buffer; second: number }> {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  await store.append(message({ body: 'first' }))
  const { physicalOffset } = await store.append(message({ body: 'second' }))
  return { bytes: (await store.rawLog.read(0, 10_000))!, second: physicalOffset }
}

it('takes bytes only at its end', async () => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  const { bytes, second } = await twoRecords()
  const misplaced = expect.objectContaining({ code: 'RAW_BYTES_MISPLACED' })
  expect(() => store.rawLog.append(1, bytes)).toThrow(misplaced)
  store.rawLog.append(0, bytes.subarray(0, second))
  for (const offset of [0, second - 1, second + 1]) {
    expect(() => store.rawLog.append(offset, bytes.subarray(second))).toThrow(misplaced)
  }
  store.rawLog.append(second, bytes.subarray(second))
  expect(await bodies(store)).toEqual(['first', 'second'])
})

it.each([
  ['the size', 3],
  ['the magic', 4],
  ['the physical offset', 35],
  ['the body', 90],
])('refuses a record damaged in %s and keeps what it has', async (_what, position) => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  const { bytes, second } = await twoRecords()
  store.rawLog.append(0, bytes.subarray(0, second))
  const damaged = Buffer.from(bytes.subarray(second))
  damaged[position] = damaged[position]! ^ 0x40
  const invalid = expect.objectContaining({ code: 'RAW_BYTES_INVALID' })
  expect(() => store.rawLog.append(second, damaged)).toThrow(invalid)
  expect(store.rawLog.end).toBe(second)
  store.rawLog.append(second, bytes.subarray(second))
  expect(await bodies(store)).toEqual(['first', 'second'])
})

it('keeps part of a record without showing it, and takes no message behind it', async () => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  const { bytes, second } = await twoRecords()
  store.rawLog.append(0, bytes.subarray(0, second + 50))
  expect(store.rawLog).toMatchObject({ end: second + 50, wholeEnd: second })
  expect(await bodies(store)).toEqual(['first'])
  expect(await store.recordAt(second)).toBeUndefined()
  await expect(store.append(message())).rejects.toMatchObject({ code: 'LOG_ENDS_IN_RECORD' })
  // A start drops it.
  await store.close()
  store = await fixture.open()
  expect(store.rawLog).toMatchObject({ end: second, wholeEnd: second })
  store.rawLog.append(second, bytes.subarray(second))
  expect(await bodies(store)).toEqual(['first', 'second'])
})

it('drops part of a record when it is to take messages itself', async () => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  const { bytes, second } = await twoRecords()
  store.rawLog.append(0, bytes.subarray(0, bytes.length - 1))
  expect(await store.rawLog.truncateTo(store.rawLog.end)).toBe(second)
  expect(await store.append(message({ body: 'own' }))).toMatchObject({
    physicalOffset: second,
    queueOffset: 1,
  })
  expect(await bodies(store)).toEqual(['first', 'own'])
})

it('goes on behind messages of its own', async () => {
  await using first = new StoreFixture()
  await using fixture = new StoreFixture()
  const master = await first.open()
  const store = await fixture.open()
  await copyLog(master, store)
  await master.append(message({ body: '1' }))
  await copyLog(master, store)
  await store.append(message({ body: '2' }))
  await copyLog(store, master)
  await master.append(message({ body: '3' }))
  await copyLog(master, store)
  expect(await bodies(store)).toEqual(['1', '2', '3'])
  expect(await bodies(master)).toEqual(['1', '2', '3'])
})
