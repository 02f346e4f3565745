import { dirname } from 'node:path'
import { type FileSystem, fileErrors, readReplaced, reasonOf, replaceFile } from '@rocketeer/files'
import type { Logger } from '@rocketeer/foundation'
import { nameserverErrors } from './errors.js'

/** The namespace that holds the order configuration of topics. Apache: NamesrvUtil. */
export const ORDER_TOPIC_CONFIG = 'ORDER_TOPIC_CONFIG'

export interface KvConfigNeeds {
  /** The file of the table; without a path the table lives in memory only. */
  readonly path: string | undefined
  readonly files: FileSystem
  readonly logger: Logger
}

/**
 * Values by namespace and key, kept in a file when there is a path: `{"configTable":{"namespace":{"key":"value"}}}`.
 * Apache: KVConfigManager, KVConfigSerializeWrapper.
 */
export class KvConfig {
  readonly #table = new Map<string, Map<string, string>>()
  readonly #needs: KvConfigNeeds
  #writing: Promise<void> = Promise.resolve()

  private constructor(needs: KvConfigNeeds) {
    this.#needs = needs
  }

  /** Rejects with `KV_CONFIG_UNREADABLE` or `NOT_A_DIRECTORY`; a missing file is an empty table. */
  static async open(needs: KvConfigNeeds): Promise<KvConfig> {
    const kvConfig = new KvConfig(needs)
    if (needs.path !== undefined) await kvConfig.#load(needs.path)
    return kvConfig
  }

  get(namespace: string, key: string): string | undefined {
    return this.#table.get(namespace)?.get(key)
  }

  /** The values of a namespace by key. */
  namespace(namespace: string): ReadonlyMap<string, string> | undefined {
    return this.#table.get(namespace)
  }

  put(namespace: string, key: string, value: string): Promise<void> {
    const table = this.#table.get(namespace) ?? new Map<string, string>()
    this.#table.set(namespace, table)
    table.set(key, value)
    return this.#persist()
  }

  delete(namespace: string, key: string): Promise<void> {
    this.#table.get(namespace)?.delete(key)
    return this.#persist()
  }

  /** Resolves when every change made so far is in the file. */
  async close(): Promise<void> {
    await this.#writing
  }

  async #load(path: string): Promise<void> {
    try {
      const { content = [] } = await readReplaced(this.#needs.files, { path, decode: entriesOf })
      for (const [namespace, values] of content) this.#table.set(namespace, new Map(Object.entries(values)))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOTDIR')
        throw fileErrors.NOT_A_DIRECTORY({ path: dirname(path) }, error)
      throw nameserverErrors.KV_CONFIG_UNREADABLE({ path, reason: reasonOf(error) }, error)
    }
  }

  /** Writes the table after the writes before; each write contains every change made before it starts. */
  #persist(): Promise<void> {
    const { path, files, logger } = this.#needs
    if (path === undefined) return Promise.resolve()
    this.#writing = this.#writing
      .then(() => replaceFile(files, { path, content: this.#toJson() }))
      .catch((error: unknown) => {
        logger.error(
          { err: error, path },
          'the key-value table could not be written: its latest changes are in memory only',
        )
      })
    return this.#writing
  }

  #toJson(): string {
    const configTable = Object.fromEntries(
      [...this.#table].map(([namespace, values]) => [namespace, Object.fromEntries(values)]),
    )
    return JSON.stringify({ configTable })
  }
}

function entriesOf(json: Buffer): [namespace: string, values: Record<string, string>][] {
  return Object.entries(JSON.parse(json.toString()).configTable)
}
