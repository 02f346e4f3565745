/** Effects that happen once, however often their message comes.
 *
 * @module rocketeer/idempotency
 */
export * from 'rocketeer/idempotency'
