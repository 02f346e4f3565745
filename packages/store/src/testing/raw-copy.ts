import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { MessageStore } from '../message-store.js'
import { readAll, type StoreFixture } from './store-fixture.js'

/** Copies the log of one store to another from where the latter ends up to `end`, in pieces as `nextBytes` says. */
export async function copyLog(
  from: MessageStore,
  to: MessageStore,
  { end = from.rawLog.end, nextBytes = () => 10_000 }: { end?: number; nextBytes?: () => number } = {},
): Promise<void> {
  for (let offset = to.rawLog.end; offset < end; offset = to.rawLog.end) {
    const bytes = await from.rawLog.read(offset, Math.min(end - offset, nextBytes()))
    to.rawLog.append(offset, bytes!)
  }
}

/** What consumers and administration see of a store. */
export async function contentsOf(store: MessageStore, keys: readonly string[]) {
  const queues = await Promise.all(
    [...store.queues()].map(async ({ topic, queueId, minOffset, maxOffset, maxPhysicalOffset }) => {
      const records = await readAll(store, topic, queueId)
      const bodies = records.map(({ body, physicalOffset }) => `${physicalOffset}: ${body.toString()}`)
      return { topic, queueId, minOffset, maxOffset, maxPhysicalOffset, bodies }
    }),
  )
  queues.sort((a, b) => `${a.topic}-${a.queueId}`.localeCompare(`${b.topic}-${b.queueId}`))
  const range = { messagesMax: 100, beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }
  const found = await Promise.all(keys.map((key) => store.query('T', key, range)))
  return { queues, found, end: store.stats.maxPhysicalOffset }
}

/** Compares the files of two stores below one folder byte by byte; files of zeros count as none. */
export function expectSameFiles(a: StoreFixture, b: StoreFixture, folder: string): void {
  expect(filesUnder(a.path(folder)).map(({ name }) => name)).toEqual(
    filesUnder(b.path(folder)).map(({ name }) => name),
  )
  for (const { name } of filesUnder(a.path(folder))) {
    const same = readFileSync(a.path(folder, name)).equals(readFileSync(b.path(folder, name)))
    expect(same, `${folder}/${name} differs`).toBe(true)
  }
}

function filesUnder(folder: string): { name: string }[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).some((byte) => byte !== 0))
    .map((path) => ({ name: path.slice(folder.length + 1) }))
    .sort((x, y) => x.name.localeCompare(y.name))
}
