export { nameserverErrors } from './errors.js'
export { Nameserver } from './nameserver.js'
export type { NameserverConfig, NameserverConfigInput, NameserverOptions } from './options.js'
