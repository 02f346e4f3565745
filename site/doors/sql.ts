/** How the other pieces reach a database of the user's own.
 *
 * @module rocketeer/sql
 */
export * from 'rocketeer/sql'
