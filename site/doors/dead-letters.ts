/** Dead letters counted and replayed, by hand or by a worker.
 *
 * @module rocketeer/dead-letters
 */
export * from 'rocketeer/dead-letters'
