import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Logger, messageOf } from '@rocketeer/foundation'
import { nameserverErrors } from './errors.js'

/** The namespace that holds the order configuration of topics. Apache: NamesrvUtil. */
export const ORDER_TOPIC_CONFIG = 'ORDER_TOPIC_CONFIG'

/**
 * Values by namespace and key, kept in a file when there is a path: `{"configTable":{"namespace":{"key":"value"}}}`.
 * Apache: KVConfigManager, KVConfigSerializeWrapper.
 */
export class KvConfig {
  readonly #table = new Map<string, Map<string, string>>()
  readonly #path: string | undefined
  readonly #logger: Logger
  #writing: Promise<void> = Promise.resolve()

  private constructor(path: string | undefined, logger: Logger) {
    this.#path = path
    this.#logger = logger
  }

  /** Throws `KV_CONFIG_UNREADABLE`; a missing file is an empty table. */
  static async open(path: string | undefined, logger: Logger): Promise<KvConfig> {
    const kvConfig = new KvConfig(path, logger)
    if (path !== undefined) await kvConfig.#load(path)
    return kvConfig
  }

  get(namespace: string, key: string): string | undefined {
    return this.#table.get(namespace)?.get(key)
  }

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

  /** Resolves when everything that was put is in the file. */
  async close(): Promise<void> {
    await this.#writing
  }

  async #load(path: string): Promise<void> {
    try {
      const { configTable } = JSON.parse(await readFile(path, 'utf8'))
      for (const [namespace, values] of Object.entries(configTable as Record<string, object>)) {
        this.#table.set(namespace, new Map(Object.entries(values)))
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      throw nameserverErrors.KV_CONFIG_UNREADABLE({ path, reason: messageOf(error) }, error)
    }
  }

  /** Writes follow each other, and each replaces the file as a whole, so that a crash leaves the old or the new one. */
  #persist(): Promise<void> {
    const path = this.#path
    if (path === undefined) return Promise.resolve()
    this.#writing = this.#writing.then(async () => {
      try {
        await mkdir(dirname(path), { recursive: true })
        await writeFile(`${path}.tmp`, this.#toJson())
        await rename(`${path}.tmp`, path)
      } catch (error) {
        this.#logger.error({ err: error, path }, 'the key-value table could not be written')
      }
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
