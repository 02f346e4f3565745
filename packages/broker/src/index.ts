export { Broker } from './broker.js'
export { brokerErrors } from './errors.js'
export { LiveConfig } from './live-config.js'
export { type BrokerConfig, type BrokerOptions, brokerOptions, parseBrokerOptions } from './options.js'
