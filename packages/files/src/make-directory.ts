import { dirname } from 'node:path'
import { fileErrors } from './errors.js'
import type { FileSystem } from './file-system.js'

/**
 * Makes a directory and those above it, durably: a power cut takes a new one whose parent was not synced. Throws
 * `NOT_A_DIRECTORY`.
 */
export async function makeDirectory(files: FileSystem, path: string): Promise<void> {
  const uppermost = await files.makeDirectory(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' || error.code === 'ENOTDIR'
      ? fileErrors.NOT_A_DIRECTORY({ path }, error)
      : error
  })
  if (uppermost === undefined) return
  for (let made = path; ; made = dirname(made)) {
    await files.syncDirectory(dirname(made))
    if (made === uppermost || made === dirname(made)) return
  }
}
