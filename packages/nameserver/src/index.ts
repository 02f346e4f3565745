export { nameserverErrors } from './errors.js'
export { Nameserver } from './nameserver.js'
export { type NameserverConfig, type NameserverOptions, nameserverOptions } from './options.js'
