export type { Broker, BrokerConfig, BrokerOptions, UnfinishedMessages } from '@rocketeer/broker'
export type { Nameserver } from '@rocketeer/nameserver'
export { type Server, type ServerOptions, type SettledOptions, startServer } from './start-server.js'
