import { parseOptions } from '@rocketeer/foundation'
import { formatJavaProperties, parseJavaProperties } from '@rocketeer/protocol/bodies'
import { nameserverErrors } from './errors.js'
import { type NameserverConfig, nameserverOptions } from './options.js'

/** Switches that take effect at once; anything else needs a restart. */
const updatableOptions: readonly (keyof NameserverConfig)[] = [
  'orderMessageEnable',
  'returnOrderTopicConfigToBroker',
  'supportActingMaster',
  'enableAllTopicList',
  'enableTopicList',
  'deleteTopicWithBrokerRegistration',
]

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
    const { host, port, ...rest } = this.#current
    const properties = Object.entries({ bindAddress: host, listenPort: port, ...rest })
    return formatJavaProperties(properties.map(([option, value]) => [option, String(value)]))
  }

  /** Throws `OPTION_NOT_UPDATABLE` or `OPTION_INVALID`, and then nothing has changed. */
  update(properties: string): void {
    const changes: Record<string, unknown> = {}
    for (const [option, value] of parseJavaProperties(properties)) {
      if (!updatableOptions.some((updatable) => updatable === option)) {
        throw nameserverErrors.OPTION_NOT_UPDATABLE({ option })
      }
      changes[option] = value === 'true' ? true : value === 'false' ? false : value
    }
    this.#current = parseOptions(nameserverOptions, { ...this.#current, ...changes }, 'nameserver options')
  }
}
