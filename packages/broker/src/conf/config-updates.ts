import { join } from 'node:path'
import type { FileSystem } from '@rocketeer/files'
import { type Logger, optionErrors } from '@rocketeer/foundation'
import { formatJavaProperties, parseJavaProperties } from '@rocketeer/protocol/bodies'
import { type LiveConfig, updatableOptions } from '../options/live-config.js'
import { ConfigFile, type ConfigFileToRead, readConfigFile } from '../tables/config-file.js'
import { parseOptionText } from './option-text.js'

const HEAD = `# Options that were changed while the broker ran (mqadmin updateBrokerConfig, rocketeer cluster set). They win over
# broker.conf, and options given on the command line win over them. Remove a line to take a change back.
`

/** Where the changes are kept. Apache writes them into the broker.conf it was started with. */
export function configUpdatesPath(directory: string): string {
  return join(directory, 'config', 'broker-updates.conf')
}

interface ConfigUpdatesNeeds {
  /** The broker's root directory. */
  readonly directory: string
  readonly files: FileSystem
  readonly config: LiveConfig
  readonly logger: Logger
  /** Options given on the command line: they win over what earlier runs were told. */
  readonly firmOptions?: readonly string[] | undefined
}

/** Changes options while the broker runs, and keeps the changes for its next starts. */
export class ConfigUpdates {
  readonly path: string
  readonly #config: LiveConfig
  readonly #kept: Map<string, unknown>
  readonly #file: ConfigFile

  /**
   * Puts into effect what earlier runs were told. Lines that name no option that may change are passed over with a
   * warning. Throws `OPTION_INVALID` or `CONFIG_FILE_BROKEN`.
   */
  static async open(needs: ConfigUpdatesNeeds): Promise<ConfigUpdates> {
    const { config, files, logger, firmOptions = [] } = needs
    const path = configUpdatesPath(needs.directory)
    const kept = await readUpdates({ files, path, logger })
    const effective = Object.fromEntries([...kept].filter(([option]) => !firmOptions.includes(option)))
    if (Object.keys(effective).length > 0) {
      config.update(effective)
      logger.info({ path, options: effective }, 'options as they were changed while the broker ran before')
    }
    return new ConfigUpdates(path, needs, kept)
  }

  private constructor(path: string, { config, files }: ConfigUpdatesNeeds, kept: Map<string, unknown>) {
    this.path = path
    this.#config = config
    this.#kept = kept
    this.#file = new ConfigFile({ files, path, encode: () => HEAD + formatJavaProperties(this.#lines()) })
  }

  /** Names of the options that were changed, in order. */
  get options(): string[] {
    return [...this.#kept.keys()].sort()
  }

  /**
   * All of the changes or none; resolves when they are kept. Throws `OPTION_NOT_UPDATABLE`, `OPTION_INVALID`, or
   * `CONFIG_FILE_NOT_SAVED`: then they are in effect until the broker stops.
   */
  async change(changes: Readonly<Record<string, unknown>>): Promise<void> {
    this.#config.update(changes)
    for (const [option, value] of Object.entries(changes)) this.#kept.set(option, value)
    await this.#file.save()
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  #lines(): [string, string][] {
    return this.options.map((option) => [option, String(this.#kept.get(option))])
  }
}

async function readUpdates(
  file: Pick<ConfigFileToRead<unknown>, 'files' | 'path' | 'logger'>,
): Promise<Map<string, unknown>> {
  const { path, logger } = file
  const lines = await readConfigFile({ ...file, decode: (text) => parseJavaProperties(text.toString()) })
  const updates = new Map<string, unknown>()
  const problems: string[] = []
  for (const [option, text] of lines ?? []) {
    if (!isUpdatable(option)) {
      logger.warn({ path, option }, 'this option cannot be changed here, its line has no effect')
      continue
    }
    const parsed = parseOptionText(option, text.trim())
    if ('problem' in parsed) problems.push(`"${option}": ${parsed.problem}`)
    else updates.set(option, parsed.value)
  }
  if (problems.length > 0) throw optionErrors.OPTION_INVALID({ subject: path, problems })
  return updates
}

function isUpdatable(option: string): boolean {
  return updatableOptions.some((updatable) => updatable === option)
}
