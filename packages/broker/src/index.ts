export { Broker } from './broker.js'
export type { UnfinishedMessages } from './clients/unfinished-messages.js'
export { type BrokerConf, readBrokerConf } from './conf/broker-conf.js'
export { brokerErrors } from './errors.js'
export {
  type BrokerConfig,
  type BrokerConfigInput,
  type BrokerOptions,
  brokerOptionNames,
} from './options/options.js'
