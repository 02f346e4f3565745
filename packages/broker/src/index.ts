export { Broker } from './broker.js'
export { type BrokerConf, readBrokerConf } from './conf/broker-conf.js'
export { brokerErrors } from './errors.js'
export type { BrokerConfig, BrokerConfigInput, BrokerOptions } from './options/options.js'
