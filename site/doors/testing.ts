/** What a test can use besides an embedded server.
 *
 * @module rocketeer/testing
 */
export * from 'rocketeer/testing'
