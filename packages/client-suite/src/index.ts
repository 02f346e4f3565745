export { clientSuite } from './client-suite.js'
export { Handled } from './handled.js'
export { Sending } from './sending.js'
export type { SuitePeer } from './suite-peer.js'
