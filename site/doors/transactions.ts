/** Messages that are sent exactly when a transaction of the database commits.
 *
 * @module rocketeer/transactions
 */
export * from 'rocketeer/transactions'
