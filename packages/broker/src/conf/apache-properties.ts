import { optionErrors } from '@rocketeer/foundation'
import { formatJavaProperties, parseJavaProperties } from '@rocketeer/protocol/bodies'
import type { BrokerConfig } from '../options/options.js'
import { supportedKeys } from './broker-conf.js'
import { parseOptionText } from './option-text.js'

/** The configuration as GET_BROKER_CONFIG answers it, one `key=value` a line. Apache: MixAll.properties2String. */
export function toApacheProperties(config: BrokerConfig): string {
  return formatJavaProperties(
    Object.entries(config)
      .filter(([option, value]) => supportedKeys.has(option) && value !== undefined)
      .map(([option, value]) => [option, Array.isArray(value) ? value.join(';') : String(value)]),
  )
}

/** What UPDATE_BROKER_CONFIG asks for, ready for `LiveConfig.update`; throws `OPTION_INVALID` for an impossible value. */
export function fromApacheProperties(text: string): Record<string, unknown> {
  const changes: Record<string, unknown> = {}
  const problems: string[] = []
  for (const [key, value] of parseJavaProperties(text)) {
    const parsed = supportedKeys.has(key) ? parseOptionText(key, value.trim()) : { value }
    if ('problem' in parsed) problems.push(`"${key}": ${parsed.problem}`)
    else changes[key] = parsed.value
  }
  if (problems.length > 0) throw optionErrors.OPTION_INVALID({ subject: 'the new configuration', problems })
  return changes
}
