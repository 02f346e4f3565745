import { join } from 'node:path'
import type { FileSystem } from '@rocketeer/files'
import { type Logger, optionErrors } from '@rocketeer/foundation'
import { formatJavaProperties, parseJavaProperties } from '@rocketeer/protocol/bodies'
import { isUpdatable, type LiveConfig, type UpdatableOption } from '../options/live-config.js'
import { ConfigFile, type ConfigFileToRead, readConfigFile } from '../tables/config-file.js'
import { apacheForm, optionsByApacheName } from './apache-names.js'
import { parseApacheText, toApacheText } from './apache-text.js'

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
  /** Options given on the command line: they win over changes made in earlier runs. */
  readonly commandLineOptions?: readonly string[] | undefined
}

/** Changes options while the broker runs, and keeps the changes for its next starts. */
export class ConfigUpdates {
  readonly path: string
  readonly #config: LiveConfig
  readonly #kept: Map<UpdatableOption, unknown>
  readonly #file: ConfigFile

  /**
   * Puts the changes made in earlier runs into effect. Lines that name no updatable option are skipped with a warning.
   * Throws `OPTION_INVALID` or `CONFIG_FILE_BROKEN`.
   */
  static async open(needs: ConfigUpdatesNeeds): Promise<ConfigUpdates> {
    const { config, files, logger, commandLineOptions = [] } = needs
    const path = configUpdatesPath(needs.directory)
    const kept = await readUpdates({ files, path, logger })
    const effective = Object.fromEntries([...kept].filter(([option]) => !commandLineOptions.includes(option)))
    if (Object.keys(effective).length > 0) {
      config.update(effective)
      logger.info({ path, options: effective }, 'options changed in earlier runs are in effect')
    }
    return new ConfigUpdates(path, needs, kept)
  }

  private constructor(
    path: string,
    { config, files }: ConfigUpdatesNeeds,
    kept: Map<UpdatableOption, unknown>,
  ) {
    this.path = path
    this.#config = config
    this.#kept = kept
    this.#file = new ConfigFile({ files, path, encode: () => HEAD + formatJavaProperties(this.#lines()) })
  }

  /** Apache's names of the options that were changed, in order. */
  get names(): string[] {
    return [...this.#kept.keys()].map((option) => apacheForm(option).name).sort()
  }

  /**
   * All of the changes or none; resolves when they are kept. Throws `OPTION_NOT_UPDATABLE`, `OPTION_INVALID`, or
   * `CONFIG_FILE_NOT_SAVED`: then they are in effect until the broker stops.
   */
  async change(changes: Readonly<Partial<Record<UpdatableOption, unknown>>>): Promise<void> {
    this.#config.update(changes)
    for (const option of Object.keys(changes) as UpdatableOption[]) this.#kept.set(option, changes[option])
    await this.#file.save()
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  #lines(): [string, string][] {
    const config = { ...this.#config.current, ...Object.fromEntries(this.#kept) }
    return [...this.#kept.keys()]
      .map((option): [string, string] => [apacheForm(option).name, toApacheText(config, option) ?? ''])
      .sort(([a], [b]) => (a < b ? -1 : 1))
  }
}

async function readUpdates(
  file: Pick<ConfigFileToRead<unknown>, 'files' | 'path' | 'logger'>,
): Promise<Map<UpdatableOption, unknown>> {
  const { path, logger } = file
  const lines = await readConfigFile({ ...file, decode: (text) => parseJavaProperties(text.toString()) })
  const updates = new Map<UpdatableOption, unknown>()
  const problems: string[] = []
  for (const [name, text] of lines ?? []) {
    const option = optionsByApacheName.get(name)
    if (option === undefined || !isUpdatable(option)) {
      logger.warn(
        { path, option: name },
        'a line of the changed options has no effect: it names no option that can be changed while the broker runs',
      )
      continue
    }
    const parsed = parseApacheText(name, text.trim())
    if ('problem' in parsed) problems.push(`"${name}": ${parsed.problem}`)
    else updates.set(option, parsed.value)
  }
  if (problems.length > 0) throw optionErrors.OPTION_INVALID({ subject: path, problems })
  return updates
}
