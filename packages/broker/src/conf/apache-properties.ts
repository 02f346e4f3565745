import { optionErrors } from '@rocketeer/foundation'
import { formatJavaProperties, parseJavaProperties } from '@rocketeer/protocol/bodies'
import { refusals } from '../errors.js'
import { isUpdatable, type UpdatableOption } from '../options/live-config.js'
import type { BrokerConfig } from '../options/options.js'
import { withoutEffect } from './apache-keys.js'
import { optionsByApacheName } from './apache-names.js'
import { parseApacheText, toApacheText } from './apache-text.js'

/** The configuration as GET_BROKER_CONFIG answers it, one `key=value` a line. Apache: MixAll.properties2String. */
export function toApacheProperties(config: BrokerConfig): string {
  const properties: [string, string][] = []
  for (const [name, option] of optionsByApacheName) {
    const text = toApacheText(config, option)
    if (text !== undefined) properties.push([name, text])
  }
  return formatJavaProperties(properties)
}

/**
 * What UPDATE_BROKER_CONFIG asks for, under our names and ready for `LiveConfig.update`. Throws `OPTION_INVALID` for
 * impossible values and for names that are no options here, else `OPTION_NOT_UPDATABLE` for options that need a restart.
 */
export function fromApacheProperties(text: string): Partial<Record<UpdatableOption, unknown>> {
  const changes: Partial<Record<UpdatableOption, unknown>> = {}
  const problems: string[] = []
  const notUpdatable: string[] = []
  for (const [name, value] of parseJavaProperties(text)) {
    const option = optionsByApacheName.get(name)
    if (option === undefined) {
      problems.push(withoutEffect(name))
      continue
    }
    const parsed = parseApacheText(name, value.trim())
    if ('problem' in parsed) problems.push(`"${name}": ${parsed.problem}`)
    else if (isUpdatable(option)) changes[option] = parsed.value
    else notUpdatable.push(name)
  }
  if (problems.length > 0) throw optionErrors.OPTION_INVALID({ subject: 'the new configuration', problems })
  if (notUpdatable[0] !== undefined) throw refusals.OPTION_NOT_UPDATABLE({ option: notUpdatable[0] })
  return changes
}
