export type { CircuitBreakerOptions, CircuitBreakerStatus, CircuitState } from './breaker-options.js'
export { CircuitBreaker } from './circuit-breaker.js'
export { isOutage } from './is-outage.js'
