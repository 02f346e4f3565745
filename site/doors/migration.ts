/** Moving to another cluster: double write, double read, comparison, translated offsets.
 *
 * @module rocketeer/migration
 */
export * from 'rocketeer/migration'
