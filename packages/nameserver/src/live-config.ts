import { optionErrors } from '@rocketeer/foundation'
import { formatJavaProperties, parseJavaProperties } from '@rocketeer/protocol/bodies'
import { apacheNames } from './apache-names.js'
import { nameserverErrors } from './errors.js'
import type { NameserverConfig } from './options.js'

/** Switches that take effect at once; anything else needs a restart. */
const updatableOptions = [
  'orderTopics',
  'sendOrderTopics',
  'allowActingMaster',
  'listAllTopics',
  'listTopics',
  'dropMissingTopics',
] as const satisfies readonly (keyof NameserverConfig)[]

/** The nameserver's configuration: frozen at every moment, replaced as a whole by UPDATE_NAMESRV_CONFIG. */
export class LiveConfig {
  #current: NameserverConfig

  constructor(config: NameserverConfig) {
    this.#current = config
  }

  get current(): NameserverConfig {
    return this.#current
  }

  /** Takes over the port, which is known only now if 0 was asked for. */
  listensOn(port: number): void {
    this.#current = Object.freeze({ ...this.#current, port })
  }

  /** One `key=value` a line, under Apache's names. Apache: Configuration.getAllConfigsFormatString. */
  toProperties(): string {
    const names: Readonly<Record<string, string>> = apacheNames
    const properties = Object.entries(this.#current)
    return formatJavaProperties(properties.map(([option, value]) => [names[option] ?? option, String(value)]))
  }

  /** Apache's names, too. Throws `OPTION_NOT_UPDATABLE` or `OPTION_INVALID`, and then nothing has changed. */
  update(properties: string): void {
    const changes: Record<string, boolean> = {}
    const problems: string[] = []
    for (const [name, value] of parseJavaProperties(properties)) {
      const option = updatableOptions.find((updatable) => apacheNames[updatable] === name)
      if (option === undefined) throw nameserverErrors.OPTION_NOT_UPDATABLE({ option: name })
      if (value === 'true' || value === 'false') changes[option] = value === 'true'
      else problems.push(`"${name}": "${value}" is neither true nor false`)
    }
    if (problems.length > 0) throw optionErrors.OPTION_INVALID({ subject: 'nameserver options', problems })
    this.#current = Object.freeze({ ...this.#current, ...changes })
  }
}
