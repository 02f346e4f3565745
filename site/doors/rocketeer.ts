/** Connects to a cluster, sends and consumes, administers.
 *
 * @module rocketeer
 */
export * from 'rocketeer'
