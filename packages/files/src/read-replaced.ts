import { messageOf } from '@rocketeer/foundation'
import { fileErrors, isMissing } from './errors.js'
import type { FileSystem } from './file-system.js'

export interface ReplacedFile<Content> {
  readonly path: string
  /** Throws when the bytes make no sense; not called for an empty file, which always counts as broken. */
  readonly decode: (bytes: Buffer) => Content
}

export interface ReplacedContent<Content> {
  /** Undefined when neither the file nor its backup exists. */
  readonly content: Content | undefined
  /** Set when the content is that of `<path>.bak`. */
  readonly fallback?: {
    /** What is wrong with the file; undefined when it is missing. */
    readonly reason: string | undefined
    /** Path to which a broken file was moved; undefined when the file is missing. */
    readonly keptAs: string | undefined
  }
}

/**
 * Reads what `replaceFile` wrote. A broken file is put aside as `<path>.broken` and its `.bak`, the version before, is
 * taken instead, as Apache's ConfigManager does. Throws `FILE_BROKEN` when that does not help either, because an empty
 * table would look like everything had been deleted.
 */
export async function readReplaced<Content>(
  files: FileSystem,
  { path, decode }: ReplacedFile<Content>,
): Promise<ReplacedContent<Content>> {
  const present = await attempt(files, path, decode)
  if (present.content !== undefined) return { content: present.content }
  const backup = await attempt(files, `${path}.bak`, decode)
  if (backup.content !== undefined) {
    const keptAs = present.broken === undefined ? undefined : `${path}.broken`
    if (keptAs !== undefined) await files.rename(path, keptAs)
    return { content: backup.content, fallback: { reason: present.broken, keptAs } }
  }
  const reason = present.broken ?? (backup.broken && `it is missing, and of its backup: ${backup.broken}`)
  if (reason !== undefined) throw fileErrors.FILE_BROKEN({ path, reason })
  return { content: undefined }
}

/** The content, why it is broken, or neither when there is no such file. */
async function attempt<Content>(
  files: FileSystem,
  path: string,
  decode: (bytes: Buffer) => Content,
): Promise<{ content?: Content; broken?: string }> {
  const bytes = await readWhole(files, path)
  if (bytes === undefined) return {}
  if (bytes.length === 0) return { broken: 'the file is empty' }
  try {
    return { content: decode(bytes) }
  } catch (error) {
    return { broken: messageOf(error) }
  }
}

/** Undefined when the file is missing. */
async function readWhole(files: FileSystem, path: string): Promise<Buffer | undefined> {
  const file = await files.open(path, 'read').catch((error: unknown) => {
    if (!isMissing(error)) throw error
  })
  if (file === undefined) return undefined
  try {
    const bytes = Buffer.alloc(file.sizeSync().bytes)
    const read = await file.read(bytes, 0, bytes.length, 0).catch((error: NodeJS.ErrnoException) => {
      // Node does not say which one.
      if (error.code !== 'EISDIR') throw error
      throw fileErrors.FILE_BROKEN({ path, reason: 'it is a directory, and a file is needed' })
    })
    if (read === bytes.length) return bytes
    throw fileErrors.FILE_BROKEN({ path, reason: `only ${read} of ${bytes.length} bytes could be read` })
  } finally {
    await file.close()
  }
}
