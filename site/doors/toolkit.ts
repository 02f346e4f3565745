/** Patterns for reliability on top of the client: replaying dead letters.
 *
 * @module rocketeer/toolkit
 */
export * from 'rocketeer/toolkit'
