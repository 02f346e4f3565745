import { dirname } from 'node:path'
import type { FileSystem } from './file-system.js'

/** Makes a directory and those above it, durably: a new one is lost with the power unless the one above it is synced. */
export async function makeDirectory(files: FileSystem, path: string): Promise<void> {
  const uppermost = await files.makeDirectory(path)
  if (uppermost === undefined) return
  for (let made = path; ; made = dirname(made)) {
    await files.syncDirectory(dirname(made))
    if (made === uppermost || made === dirname(made)) return
  }
}
