/** Dead letters counted and replayed.
 *
 * @module rocketeer/dead-letters
 */
export * from 'rocketeer/dead-letters'
