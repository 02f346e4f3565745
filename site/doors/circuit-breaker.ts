/** Messages held back while a dependency is down.
 *
 * @module rocketeer/circuit-breaker
 */
export * from 'rocketeer/circuit-breaker'
