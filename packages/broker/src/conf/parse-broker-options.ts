import { parseOptions, type z } from '@rocketeer/foundation'
import { type BrokerConfig, brokerOptions } from '../options/options.js'
import { optionsByApacheName } from './apache-names.js'

/** Throws `OPTION_INVALID`, which says for one of Apache's names what it is called here. */
export function parseBrokerOptions(options: z.input<typeof brokerOptions>): BrokerConfig {
  return parseOptions(brokerOptions, options, {
    subject: 'broker options',
    nameHere: (option) => optionsByApacheName.get(option),
  })
}
