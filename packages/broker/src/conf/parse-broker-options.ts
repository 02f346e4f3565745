import { parseOptions } from '@rocketeer/foundation'
import { type BrokerConfig, type BrokerConfigInput, brokerOptionsSchema } from '../options/options.js'
import { optionsByApacheName } from './apache-names.js'

/** Throws `OPTION_INVALID`, which says for one of Apache's names what it is called here. */
export function parseBrokerOptions(options: BrokerConfigInput): BrokerConfig {
  return parseOptions(brokerOptionsSchema, options, {
    subject: 'broker options',
    nameHere: (option) => optionsByApacheName.get(option),
  })
}
