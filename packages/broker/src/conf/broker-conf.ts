import { messageOf, optionErrors } from '@rocketeer/foundation'
import { parseJavaProperties } from '@rocketeer/protocol/bodies'
import type { BrokerConfigInput } from '../options/options.js'
import { withoutEffect } from './apache-keys.js'
import { optionsByApacheName } from './apache-names.js'
import { parseApacheText } from './apache-text.js'

/** The options a broker.conf sets, and warnings about what in it has no effect. */
export interface BrokerConf {
  options: Partial<BrokerConfigInput>
  warnings: string[]
}

/**
 * Reads an Apache broker.conf. Keys that Apache knows and this broker does not support, and unknown keys, are named in
 * `warnings`. Throws `OPTION_INVALID` for impossible values; `subject` names the file in that error.
 */
export function readBrokerConf(text: string, subject = 'broker.conf'): BrokerConf {
  const options: Record<string, unknown> = {}
  const warnings: string[] = []
  const problems: string[] = []
  for (const [key, raw] of properties(text, subject)) {
    const value = raw.trim()
    if (!optionsByApacheName.has(key)) warnings.push(withoutEffect(key))
    else if (key === 'brokerRole' && value === 'SYNC_MASTER') warnings.push(syncMasterWarning)
    else {
      const parsed = parseApacheText(key, value)
      if ('problem' in parsed) problems.push(`"${key}": ${parsed.problem}`)
      else options[parsed.option] = parsed.value
    }
  }
  if (problems.length > 0) throw optionErrors.OPTION_INVALID({ subject, problems })
  return { options, warnings }
}

function properties(text: string, subject: string): Map<string, string> {
  try {
    return parseJavaProperties(text)
  } catch (error) {
    throw optionErrors.OPTION_INVALID({ subject, problems: [messageOf(error)] }, error)
  }
}

const syncMasterWarning =
  '"brokerRole = SYNC_MASTER" has no effect yet: there are no slaves to wait for, the broker runs as ASYNC_MASTER'
