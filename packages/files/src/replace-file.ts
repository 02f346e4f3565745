import { dirname } from 'node:path'
import { messageOf } from '@rocketeer/foundation'
import { fileErrors, isMissing } from './errors.js'
import type { FileSystem } from './file-system.js'
import { makeDirectory } from './make-directory.js'

export interface Replacement {
  readonly path: string
  readonly content: string | Uint8Array
  /** Keeps the previous content as `<path>.bak`, where `readReplaced` finds it. */
  readonly backup?: boolean
}

/**
 * Replaces a file as a whole, and makes the directories above it. The new content is on disk when this resolves; a crash
 * or a power cut at any moment before leaves the old or the new one for `readReplaced`. Throws `FILE_NOT_REPLACED`, and
 * then either may be there. Two replacements of one file must not run at the same time: both would write `<path>.tmp`.
 */
export async function replaceFile(files: FileSystem, replacement: Replacement): Promise<void> {
  const { path, content, backup = false } = replacement
  const temporary = `${path}.tmp`
  try {
    await makeDirectory(files, dirname(path))
    await write(files, temporary, content)
    if (backup) await files.rename(path, `${path}.bak`).catch(ignoreMissing)
    await files.rename(temporary, path)
    await files.syncDirectory(dirname(path))
  } catch (error) {
    // A full disk needs the room. The error that counts is the first one.
    await files.remove(temporary).catch(() => {})
    throw fileErrors.FILE_NOT_REPLACED({ path, reason: messageOf(error) }, error)
  }
}

async function write(files: FileSystem, path: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const file = await files.open(path, 'create')
  try {
    await file.truncate(0)
    await file.write(bytes, 0, bytes.length, 0)
    await file.datasync()
  } finally {
    await file.close()
  }
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error
}
