/** Whether a dependency works: probes over HTTP, TCP and SQL.
 *
 * @module rocketeer/health
 */
export * from 'rocketeer/health'
