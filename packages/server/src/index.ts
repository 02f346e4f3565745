export type { Broker, BrokerConfig, BrokerOptions } from '@rocketeer/broker'
export type { Nameserver } from '@rocketeer/nameserver'
export { type Server, type ServerOptions, startServer } from './start-server.js'
