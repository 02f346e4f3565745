export { Broker } from './broker.js'
export { toApacheProperties } from './conf/apache-properties.js'
export { type BrokerConf, readBrokerConf } from './conf/broker-conf.js'
export { nearestKey } from './conf/nearest-key.js'
export { brokerErrors, refusals } from './errors.js'
export { LiveConfig } from './options/live-config.js'
export {
  type BrokerConfig,
  type BrokerOptions,
  brokerOptions,
  parseBrokerOptions,
} from './options/options.js'
