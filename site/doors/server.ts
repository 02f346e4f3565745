/** A nameserver and a broker in a program, for tests and for small deployments.
 *
 * @module rocketeer/server
 */
export * from 'rocketeer/server'
