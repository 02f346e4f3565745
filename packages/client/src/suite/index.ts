export { clientSuite } from './client-suite.js'
export type { SuitePeer } from './suite-peer.js'
