import type { FileSystem } from '@rocketeer/files'
import type { Clock } from '@rocketeer/foundation'
import type { DataVersion } from '@rocketeer/protocol/bodies'
import { ConfigFile } from './config-file.js'

/** What is written to the file. */
export interface TableContent<Config> {
  version: DataVersion
  configs: Map<string, Config>
}

export interface ConfigTableNeeds<Config> {
  readonly files: FileSystem
  readonly path: string
  readonly clock: Clock
  readonly encode: (content: TableContent<Config>) => Buffer
}

/** Configurations by name with a data version, kept in one file: what topics and subscription groups share. */
export class ConfigTable<Config extends object> {
  readonly #configs = new Map<string, Config>()
  /** Additions on their way to the file, invisible before they are in it. */
  readonly #arriving = new Map<string, { config: Config; added: Promise<Config> }>()
  readonly #clock: Clock
  readonly #file: ConfigFile
  #version: DataVersion

  constructor({ files, path, clock, encode }: ConfigTableNeeds<Config>) {
    this.#clock = clock
    this.#version = { stateVersion: 0, timestamp: clock.now(), counter: 0 }
    this.#file = new ConfigFile({ files, path, encode: () => indented(encode(this.#content())) })
  }

  get version(): DataVersion {
    return this.#version
  }

  get configs(): ReadonlyMap<string, Config> {
    return this.#configs
  }

  get(name: string): Config | undefined {
    return this.#configs.get(name)
  }

  /** Takes over what a file held, or what always exists: no new version, nothing written. */
  fill(configs: Iterable<readonly [string, Config]>, version: DataVersion = this.#version): void {
    for (const [name, config] of configs) this.#configs.set(name, config)
    this.#version = version
  }

  /** Forgets a name without a new version; the file follows with the next change. */
  drop(name: string): void {
    this.#configs.delete(name)
  }

  /** Writes the file under a new version, after a change of what it holds beside the table. */
  touch(): Promise<void> {
    this.#version = this.#nextVersion()
    return this.#file.save()
  }

  /** Visible at once; resolves when written. `undefined` deletes. */
  change(configs: Iterable<readonly [string, Config | undefined]>): Promise<void> {
    for (const [name, config] of configs) {
      if (config === undefined) this.#configs.delete(name)
      else this.#configs.set(name, config)
    }
    return this.touch()
  }

  /**
   * Adds a configuration unless the name has one. It becomes visible once it is written, so that a crash cannot undo
   * what somebody was told of it. Resolves to the configuration that is in the table then.
   */
  add(name: string, config: Config): Promise<Config> {
    const present = this.#configs.get(name)
    if (present) return Promise.resolve(present)
    const arriving = this.#arriving.get(name)
    if (arriving) return arriving.added
    const added = this.#add(name, config)
    this.#arriving.set(name, { config, added })
    return added
  }

  /** Waits for what is being written. */
  close(): Promise<void> {
    return this.#file.close()
  }

  async #add(name: string, config: Config): Promise<Config> {
    try {
      await this.#file.save()
      // An administrator may have set it while the file was being written: that configuration stays.
      const set = this.#configs.get(name)
      if (set) return set
      this.#configs.set(name, config)
      this.#version = this.#nextVersion()
      return config
    } finally {
      this.#arriving.delete(name)
    }
  }

  #nextVersion(): DataVersion {
    return { stateVersion: 0, timestamp: this.#clock.now(), counter: this.#version.counter + 1 }
  }

  #content(): TableContent<Config> {
    const configs = new Map(this.#configs)
    for (const [name, { config }] of this.#arriving) if (!configs.has(name)) configs.set(name, config)
    return { version: this.#arriving.size > 0 ? this.#nextVersion() : this.#version, configs }
  }
}

/** Indented with tabs, as Apache writes these files: people read and sometimes edit them. */
function indented(json: Buffer): string {
  return JSON.stringify(JSON.parse(json.toString()), null, '\t')
}
