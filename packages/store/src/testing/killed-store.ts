import { closeSync, cpSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import type { AppendResult } from '../commit-log/append.js'
import type { MessageStore } from '../message-store.js'
import { bodies, message, SMALL_FILES, StoreFixture } from './store-fixture.js'

const FILE_BYTES = SMALL_FILES.commitLogFileBytes

/** What a killed process leaves: the files as they are, and the abort file. */
export function killed(from: StoreFixture): StoreFixture {
  const copy = new StoreFixture()
  cpSync(from.directory, copy.directory, { recursive: true })
  rmSync(copy.path('lock'), { force: true })
  writeFileSync(copy.path('abort'), '')
  return copy
}

export function overwrite(fixture: StoreFixture, offset: number, bytes: Buffer): void {
  const base = offset - (offset % FILE_BYTES)
  const fd = openSync(fixture.path('commitlog', String(base).padStart(20, '0')), 'r+')
  writeSync(fd, bytes, 0, bytes.length, offset - base)
  closeSync(fd)
}

/** Appends numbered messages to queues 0 and 1 in turn. */
export async function fill(store: MessageStore, count: number, bytes = 500): Promise<AppendResult[]> {
  return Promise.all(
    Array.from({ length: count }, (_, i) =>
      store.append(
        message({ queueId: i % 2, body: `${i}`.padEnd(bytes, '.'), keys: `key${i}`, uniqueKey: `U${i}` }),
      ),
    ),
  )
}

/** The numbers of the messages in a queue. */
export const numbers = async (store: MessageStore, queueId: number) =>
  (await bodies(store, 'T', queueId)).map((body) => Number.parseInt(body, 10))
export const evens = (end: number) => Array.from({ length: Math.ceil(end / 2) }, (_, i) => i * 2)
export const odds = (end: number) => Array.from({ length: Math.floor(end / 2) }, (_, i) => i * 2 + 1)
