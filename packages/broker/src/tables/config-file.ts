import { type FileSystem, readReplaced, reasonOf, replaceFile } from '@rocketeer/files'
import { isRocketeerError, type Logger } from '@rocketeer/foundation'
import { brokerErrors } from '../errors.js'

export interface ConfigFileToRead<Content> {
  readonly files: FileSystem
  readonly path: string
  readonly decode: (text: Buffer) => Content
  readonly logger: Logger
}

/**
 * Reads one of the broker's files under `config/`, or its backup (see `readReplaced`), which is logged. Throws
 * `CONFIG_FILE_BROKEN`. `undefined`: neither file exists.
 */
export async function readConfigFile<Content>({
  files,
  path,
  decode,
  logger,
}: ConfigFileToRead<Content>): Promise<Content | undefined> {
  const { content, fallback } = await readReplaced(files, {
    path,
    decode: (bytes) => withoutApacheName(() => decode(bytes)),
  }).catch((error: unknown) => {
    if (!isRocketeerError(error, 'FILE_BROKEN')) throw error
    throw brokerErrors.CONFIG_FILE_BROKEN({ path, reason: reasonOf(error) }, error)
  })
  if (fallback?.keptAs !== undefined) {
    logger.error({ path, ...fallback }, 'a configuration file is broken, its backup was taken')
  } else if (fallback) {
    logger.warn({ path }, 'a configuration file is missing, its backup was taken')
  }
  return content
}

/** A person who mends the file needs no name of the class that reads it. */
function withoutApacheName<Content>(decode: () => Content): Content {
  try {
    return decode()
  } catch (error) {
    throw isRocketeerError(error, 'BODY_MALFORMED')
      ? new Error(error.details.reason, { cause: error })
      : error
  }
}

export interface ConfigFileNeeds {
  readonly files: FileSystem
  readonly path: string
  /** Called when a write starts; gives the whole content. */
  readonly encode: () => string
}

/** Writes one of the broker's files under `config/`, with the version before as its backup; one write at a time. */
export class ConfigFile {
  readonly #needs: ConfigFileNeeds
  /** The write that runs, or the last one. */
  #current: Promise<void> = Promise.resolve()
  /** The write that waits for `#current`; takes every change made until it starts. */
  #next: Promise<void> | undefined

  constructor(needs: ConfigFileNeeds) {
    this.#needs = needs
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
    const { files, path, encode } = this.#needs
    try {
      await replaceFile(files, { path, content: encode(), backup: true })
    } catch (error) {
      throw brokerErrors.CONFIG_FILE_NOT_SAVED({ path, reason: reasonOf(error) }, error)
    }
  }
}
