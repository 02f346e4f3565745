/** Checks that run when their time has come.
 *
 * @module rocketeer/delayed-check
 */
export * from 'rocketeer/delayed-check'
