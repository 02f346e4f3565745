export type { HealthOptions, HealthProbe, ProbeContext } from './health-options.js'
export type { HealthState, HealthStatus } from './health-watch.js'
export { type HttpProbeOptions, httpProbe, sqlProbe, type TcpProbeOptions, tcpProbe } from './probes.js'
