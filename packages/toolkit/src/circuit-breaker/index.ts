export type { Worker, WorkerEvents, WorkerSource } from '../worker/worker.js'
export type { CircuitBreakerOptions, CircuitBreakerStatus, CircuitState } from './breaker-options.js'
export { CircuitBreaker } from './circuit-breaker.js'
export { isOutage } from './is-outage.js'
