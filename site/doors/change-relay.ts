/** The changes of a MySQL or MariaDB database as messages, in the order of each row.
 *
 * @module rocketeer/change-relay
 */
export * from 'rocketeer/change-relay'
