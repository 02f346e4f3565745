/** A backlog measured, spread over more queues, or discarded on purpose.
 *
 * @module rocketeer/backlog
 */
export * from 'rocketeer/backlog'
