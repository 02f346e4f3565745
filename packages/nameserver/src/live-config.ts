import { nearestName } from '@rocketeer/foundation'
import { formatJavaProperties, parseJavaProperties } from '@rocketeer/protocol/bodies'
import { refusals } from './errors.js'
import { apacheNames, type NameserverConfig } from './options.js'

/** Options that take effect at once; a change of any other needs a restart. */
const updatableOptions = [
  'orderTopics',
  'sendOrderTopics',
  'allowActingMaster',
  'listAllTopics',
  'listTopics',
  'dropMissingTopics',
] as const satisfies readonly (keyof NameserverConfig)[]

const names: readonly string[] = Object.values(apacheNames)

/** The nameserver's current configuration: a frozen object that each UPDATE_NAMESRV_CONFIG replaces as a whole. */
export class LiveConfig {
  #current: NameserverConfig

  constructor(config: NameserverConfig) {
    this.#current = config
  }

  get current(): NameserverConfig {
    return this.#current
  }

  /** Sets the real port, which option `port` 0 leaves open until the nameserver listens. */
  listensOn(port: number): void {
    this.#current = Object.freeze({ ...this.#current, port })
  }

  /** Properties text: one `name=value` per line, under Apache's names. Apache: Configuration.getAllConfigsFormatString. */
  toProperties(): string {
    const names: Readonly<Record<string, string>> = apacheNames
    const properties = Object.entries(this.#current)
    return formatJavaProperties(properties.map(([option, value]) => [names[option] ?? option, String(value)]))
  }

  /** Changes options by Apache's names. Throws `OPTION_NOT_UPDATABLE` or `OPTIONS_ILLEGAL` without changing anything. */
  update(properties: string): void {
    const changes: Record<string, boolean> = {}
    const problems: string[] = []
    for (const [name, value] of parseJavaProperties(properties)) {
      const option = updatableOptions.find((updatable) => apacheNames[updatable] === name)
      if (option === undefined) {
        if (names.includes(name)) throw refusals.OPTION_NOT_UPDATABLE({ option: name })
        problems.push(noSuchOption(name))
        continue
      }
      if (value === 'true' || value === 'false') changes[option] = value === 'true'
      else problems.push(`"${name}": "${value}" is neither true nor false`)
    }
    if (problems.length > 0) throw refusals.OPTIONS_ILLEGAL({ problems })
    this.#current = Object.freeze({ ...this.#current, ...changes })
  }
}

function noSuchOption(name: string): string {
  const called = Object.entries(apacheNames).find(([option]) => option === name)?.[1]
  if (called !== undefined) return `"${name}" is called "${called}" by mqadmin`
  const nearest = nearestName(name, names)
  return `this nameserver has no option "${name}"${nearest ? `; did you mean "${nearest}"?` : ''}`
}
