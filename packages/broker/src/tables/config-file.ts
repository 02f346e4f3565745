import { constants } from 'node:fs'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Logger, messageOf } from '@rocketeer/foundation'
import { brokerErrors } from '../errors.js'

/**
 * Reads one of the broker's files under `config/`. A broken file is kept aside as `<path>.broken` and its `.bak`, the
 * version before, is taken instead, as Apache's ConfigManager does; when that does not help either, `CONFIG_FILE_BROKEN`
 * is thrown, because an empty table would look like all topics or offsets had been deleted.
 * `undefined`: neither file exists.
 */
export async function readConfigFile<Content>(
  path: string,
  decode: (text: Buffer) => Content,
  logger: Logger,
): Promise<Content | undefined> {
  const present = await attempt(path, decode)
  if (present.content !== undefined) return present.content
  const backup = await attempt(`${path}.bak`, decode)
  if (backup.content !== undefined) {
    if (present.broken === undefined) {
      logger.warn({ path }, 'a configuration file is missing, its backup was taken')
    } else {
      await rename(path, `${path}.broken`)
      logger.error(
        { path, reason: present.broken, keptAs: `${path}.broken` },
        'a configuration file is broken, its backup was taken',
      )
    }
    return backup.content
  }
  const reason = present.broken ?? (backup.broken && `it is missing, and of its backup: ${backup.broken}`)
  if (reason !== undefined) throw brokerErrors.CONFIG_FILE_BROKEN({ path, reason })
  return undefined
}

/** The content, why it is broken, or neither when there is no such file. */
async function attempt<Content>(
  path: string,
  decode: (text: Buffer) => Content,
): Promise<{ content?: Content; broken?: string }> {
  let text: Buffer
  try {
    text = await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  if (text.length === 0) return { broken: 'the file is empty' }
  try {
    return { content: decode(text) }
  } catch (error) {
    return { broken: messageOf(error) }
  }
}

/**
 * Writes one of the broker's files under `config/` so that a crash at any moment leaves the old or the new content:
 * a new file is written and synced beside it, the present one becomes `.bak`, the new one takes its place.
 */
export class ConfigFile {
  readonly path: string
  readonly #encode: () => string
  /** Running or finished. */
  #current: Promise<void> = Promise.resolve()
  /** Waiting for `#current`; takes every change made until it starts. */
  #next: Promise<void> | undefined

  /** `encode` gives the whole content at the moment a write starts. */
  constructor(path: string, encode: () => string) {
    this.path = path
    this.#encode = encode
  }

  /** Resolves when everything changed before the call is on disk; calls during a write share the one that follows. */
  save(): Promise<void> {
    this.#next ??= this.#startNext()
    return this.#next
  }

  /** Resolves when no write is running or waiting, however they ended. */
  async close(): Promise<void> {
    await (this.#next ?? this.#current).catch(() => {})
  }

  async #startNext(): Promise<void> {
    await this.#current.catch(() => {})
    const write = this.#write()
    this.#next = undefined
    this.#current = write
    await write
  }

  async #write(): Promise<void> {
    const content = this.#encode()
    try {
      const directory = dirname(this.path)
      await mkdir(directory, { recursive: true })
      await writeSynced(`${this.path}.tmp`, content)
      await rename(this.path, `${this.path}.bak`).catch(ignoreMissing)
      await rename(`${this.path}.tmp`, this.path)
      await syncDirectory(directory)
    } catch (error) {
      throw brokerErrors.CONFIG_FILE_NOT_SAVED({ path: this.path, reason: messageOf(error) }, error)
    }
  }
}

async function writeSynced(path: string, content: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the renames durable. Windows cannot open a directory and needs no such step. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, constants.O_RDONLY)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
